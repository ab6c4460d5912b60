# How Espial's targets are made: warnings, sanitizers, floors, tests.

find_package(Threads REQUIRED)

# Flags that every target of ours gets and nobody else inherits.
add_library(espial_flags INTERFACE)
target_compile_options(espial_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  $<$<BOOL:${ESPIAL_WERROR}>:-Werror>)
# GCC 12 sees overlapping copies in `"literal" + std::string` that are not there
# (GCC bug 105651), and uninitialised members of disengaged optionals (80635).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(espial_flags INTERFACE
    -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(ESPIAL_SANITIZE)
  target_compile_options(espial_flags INTERFACE
    -fsanitize=${ESPIAL_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(espial_flags INTERFACE -fsanitize=${ESPIAL_SANITIZE})
endif()
if(ESPIAL_LIBFUZZER)
  target_compile_options(espial_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# espial_library(TARGET [ALIAS espial::name] [INCLUDE dir] SOURCES ...
#                [PUBLIC targets...] [PRIVATE targets...])
# One floor, or one part of a floor. Headers below INCLUDE are public.
function(espial_library target)
  cmake_parse_arguments(arg "" "ALIAS;INCLUDE" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${target} STATIC ${arg_SOURCES})
  if(arg_ALIAS)
    add_library(${arg_ALIAS} ALIAS ${target})
  endif()
  if(arg_INCLUDE)
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${arg_INCLUDE}/*.h)
    target_sources(${target} PUBLIC FILE_SET HEADERS
                   BASE_DIRS ${arg_INCLUDE} FILES ${headers})
    set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  endif()
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PUBLIC ${arg_PUBLIC}
                        PRIVATE $<BUILD_INTERFACE:espial_flags> ${arg_PRIVATE})
endfunction()

# espial_test(FOLDER [SHARDS n] [LINK targets...]): every *_test.cc of
# tests/FOLDER as one test program; files found by glob, other .cc files are
# helpers. SHARDS splits a long one into runs that go side by side.
function(espial_test folder)
  cmake_parse_arguments(arg "" "SHARDS" "LINK" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${folder}/*.cc)
  if(NOT sources)
    return()
  endif()
  set(target espial_${name}_test)
  add_executable(${target} ${sources})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${target} PRIVATE
    ESPIAL_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    ESPIAL_BINARY_DIR="${PROJECT_BINARY_DIR}")
  # What is tested is optimised as the preset says; the tests themselves need
  # not be, and compile several times faster.
  target_compile_options(${target} PRIVATE -O0)
  target_link_libraries(${target} PRIVATE espial_flags ${arg_LINK}
                        GTest::gmock GTest::gtest_main)
  if(arg_SHARDS)
    foreach(shard RANGE 1 ${arg_SHARDS})
      list(APPEND tests ${name}_${shard})
      math(EXPR index "${shard} - 1")
      list(APPEND shard_${name}_${shard}
        GTEST_TOTAL_SHARDS=${arg_SHARDS} GTEST_SHARD_INDEX=${index})
    endforeach()
  else()
    set(tests ${name})
  endif()
  # A sanitizer makes a test several times as slow.
  set(timeout 600)
  if(ESPIAL_SANITIZE)
    set(timeout 2700)
  endif()
  foreach(test IN LISTS tests)
    add_test(NAME ${test} COMMAND ${target})
    set_tests_properties(${test} PROPERTIES TIMEOUT ${timeout} ENVIRONMENT
      "ESPIAL_SHARED_DIR=${PROJECT_SOURCE_DIR}/../shared;${shard_${test}}")
  endforeach()
endfunction()

# espial_fuzz(NAME [CORPUS folder] LINK targets...): tests/fuzz/NAME_fuzz.cc.
# Linked with libFuzzer when asked for, else with a main that runs the files and
# folders named; its corpus tests/fuzz/corpus/NAME, or that of another target,
# is a test like any other.
function(espial_fuzz name)
  cmake_parse_arguments(arg "" "CORPUS" "LINK" ${ARGN})
  if(NOT arg_CORPUS)
    set(arg_CORPUS ${name})
  endif()
  set(target espial_${name}_fuzz)
  add_executable(${target} ${PROJECT_SOURCE_DIR}/tests/fuzz/${name}_fuzz.cc)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE espial_flags ${arg_LINK})
  if(NOT TARGET espial_fuzzers)
    add_custom_target(espial_fuzzers)
  endif()
  add_dependencies(espial_fuzzers ${target})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${arg_CORPUS})
  set_property(GLOBAL APPEND PROPERTY ESPIAL_FUZZ_TARGETS
               "${name} ${arg_CORPUS}")
  if(ESPIAL_LIBFUZZER)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    add_test(NAME fuzz_${name} COMMAND ${target} -runs=0 ${corpus})
  else()
    target_sources(${target} PRIVATE
                   ${PROJECT_SOURCE_DIR}/tests/fuzz/standalone_main.cc)
    add_test(NAME fuzz_${name} COMMAND ${target} ${corpus})
  endif()
  set_tests_properties(fuzz_${name} PROPERTIES TIMEOUT 300)
endfunction()

# espial_bench(NAME LINK targets...): bench/NAME_bench.cc.
function(espial_bench name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  set(target espial_${name}_bench)
  add_executable(${target} ${PROJECT_SOURCE_DIR}/bench/${name}_bench.cc)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${target} PRIVATE
    ESPIAL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE espial_flags ${arg_LINK}
                        benchmark::benchmark_main)
endfunction()
