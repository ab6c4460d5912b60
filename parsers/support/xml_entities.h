// References within XML and HTML text: &amp; &#10; &#xE9;
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace espial {

// Appends `raw` with its references replaced. References that are none, and
// names beyond the five of XML, &nbsp; and &copy;, stay as they stand; returns
// how many of them there were, *first_bad being where the first stands in
// `raw`. Numbers that are no character become U+FFFD. Nothing is expanded
// twice, and no definition of the document is ever used.
uint64_t AppendXmlText(std::string_view raw, std::string* out,
                       size_t* first_bad);

}  // namespace espial
