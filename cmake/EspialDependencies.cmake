# Third parties. None appears in a public header; each is linked PRIVATE by the
# one target that wraps it.
find_package(PkgConfig REQUIRED)

function(espial_pkg target package)
  if(NOT TARGET ${target})
    string(MAKE_C_IDENTIFIER ${package} id)
    pkg_check_modules(${id} REQUIRED IMPORTED_TARGET GLOBAL ${package})
    add_library(${target} ALIAS PkgConfig::${id})
  endif()
endfunction()

espial_pkg(espial_dep::libzip libzip)       # ZIP directory, inflate, bzip2
espial_pkg(espial_dep::libmspack libmspack) # CAB: MSZIP, LZX, Quantum
espial_pkg(espial_dep::re2 re2)             # linear-time regular expressions
espial_pkg(espial_dep::zlib zlib)           # deflate for the forge, salvage
espial_pkg(espial_dep::yaml yaml-0.1)       # events of rule files, with places

if(NOT TARGET fmt::fmt)
  find_package(fmt REQUIRED)                # text output
endif()
find_path(ESPIAL_NLOHMANN_INCLUDE nlohmann/json.hpp REQUIRED)
find_path(ESPIAL_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
add_library(espial_dep_json INTERFACE)
add_library(espial_dep::json ALIAS espial_dep_json)
target_include_directories(espial_dep_json SYSTEM INTERFACE
                           ${ESPIAL_NLOHMANN_INCLUDE})
add_library(espial_dep_cli11 INTERFACE)
add_library(espial_dep::cli11 ALIAS espial_dep_cli11)
target_include_directories(espial_dep_cli11 SYSTEM INTERFACE
                           ${ESPIAL_CLI11_INCLUDE})

if(NOT TARGET yaml-cpp)
  find_package(yaml-cpp REQUIRED)           # scenarios of the forge
endif()

if(ESPIAL_DEVELOPER_MODE)
  if(NOT TARGET GTest::gtest)
    find_package(GTest REQUIRED)
  endif()
  if(NOT TARGET benchmark::benchmark)
    find_package(benchmark REQUIRED)
  endif()
endif()
