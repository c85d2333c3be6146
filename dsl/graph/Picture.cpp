#include "dsl/graph/Picture.h"

#include "dsl/graph/Arrange.h"
#include <algorithm>

namespace nnc::dsl::graph {
namespace {

constexpr int64_t advance = 73, lineHeight = 160, padding = 100; // of a letter of 12 pixels, all of one width
constexpr size_t longest = 44;                                   // letters in a line

struct Look {
  const char *name, *fill, *stroke;
};
constexpr Look looks[] = {{"input", "#e6f0fa", "#2f6ea8"},
                          {"output", "#e7f4e7", "#3b873e"},
                          {"layer", "#ffffff", "#44474d"},
                          {"step", "#fdf3da", "#a8801f"}};

/// The letters of a UTF-8 text, as the texts of one each.
std::vector<std::string> letters(const std::string &text) {
  std::vector<std::string> made;
  for (char c : text)
    if ((static_cast<unsigned char>(c) & 0xc0) == 0x80 && !made.empty())
      made.back() += c;
    else
      made.emplace_back(1, c);
  return made;
}

/// Letters of East Asian scripts, and pictures, are as wide as two.
size_t widthOf(const std::string &letter) {
  auto lead = static_cast<unsigned char>(letter[0]);
  auto second = static_cast<unsigned char>(letter.size() > 1 ? letter[1] : 0);
  return lead >= 0xf0 || (lead == 0xe1 && second >= 0x84 && second <= 0x85) || (lead >= 0xe2 && letter >= "\u2e80") ? 2
                                                                                                                    : 1;
}

size_t width(const std::string &text) {
  size_t sum = 0;
  for (const std::string &letter : letters(text))
    sum += widthOf(letter);
  return sum;
}

std::string shortened(const std::string &text) {
  if (width(text) <= longest)
    return text;
  std::string made;
  size_t sum = 0;
  for (const std::string &letter : letters(text)) {
    if (sum + widthOf(letter) > longest - 1)
      break;
    sum += widthOf(letter);
    made += letter;
  }
  return made + "…";
}

/// Text of XML, where control characters and U+FFFE, U+FFFF cannot stand.
std::string escaped(const std::string &text) {
  std::string made;
  for (const std::string &letter : letters(text)) {
    auto lead = static_cast<unsigned char>(letter[0]);
    if (letter == "&")
      made += "&amp;";
    else if (letter == "<")
      made += "&lt;";
    else if (letter == ">")
      made += "&gt;";
    else if (letter == "\"")
      made += "&quot;";
    else if (lead < 0x20 || lead == 0x7f || letter == "\xef\xbf\xbe" || letter == "\xef\xbf\xbf")
      made += " ";
    else
      made += letter;
  }
  return made;
}

/// Tenths of a pixel as pixels.
std::string px(int64_t tenths) {
  std::string made = tenths < 0 ? "-" : "";
  uint64_t size = tenths < 0 ? uint64_t(-tenths) : uint64_t(tenths);
  made += std::to_string(size / 10);
  return size % 10 ? made + "." + std::to_string(size % 10) : made;
}

std::string px(Point point) { return px(point.x) + " " + px(point.y); }

std::string attribute(const char *name, const std::string &value) {
  return std::string(" ") + name + "=\"" + value + "\"";
}

Extent extentOf(const std::vector<std::string> &lines) {
  size_t most = 5;
  for (const std::string &line : lines)
    most = std::max(most, width(line));
  return {int64_t(most) * advance + 2 * padding, int64_t(lines.size()) * lineHeight + 120};
}

std::string textAt(int64_t x, int64_t y, const std::string &text, const char *more) {
  return "<text" + attribute("x", px(x)) + attribute("y", px(y)) + more + ">" + escaped(text) + "</text>\n";
}

std::string boxText(const Box &box, const std::vector<std::string> &lines, Point corner, Extent size) {
  const Look &look = looks[box.kind];
  bool isRound = box.kind == Box::Step;
  std::string all;
  for (const std::string &line : box.lines())
    all += (all.empty() ? "" : "\n") + line;
  std::string text = "<g" + attribute("class", look.name) + ">\n<title>";
  for (size_t begin = 0; begin <= all.size();) {
    size_t end = std::min(all.find('\n', begin), all.size());
    text += (begin ? "\n" : "") + escaped(all.substr(begin, end - begin));
    begin = end + 1;
  }
  text += "</title>\n<rect" + attribute("x", px(corner.x)) + attribute("y", px(corner.y)) +
          attribute("width", px(size.width)) + attribute("height", px(size.height)) +
          attribute("rx", px(isRound ? std::min<int64_t>(size.height / 2, 140) : 40)) + attribute("fill", look.fill) +
          attribute("stroke", look.stroke) + "/>\n";
  for (size_t i = 0; i < lines.size(); ++i)
    text += textAt(corner.x + size.width / 2, corner.y + 170 + int64_t(i) * lineHeight, lines[i],
                   i == 0                       ? " font-weight=\"bold\""
                   : i == 1 && lines.size() > 2 ? ""
                                                : " fill=\"#55585e\"");
  return text + "</g>\n";
}

std::string linkText(const Link &link) {
  const std::vector<Point> &p = link.points;
  std::string path = "M" + px(p[0]);
  if (link.isCurved) {
    int64_t middle = (p[1].y + p[2].y) / 2;
    path += " L" + px(p[1]) + " C" + px({p[1].x, middle}) + " " + px({p[2].x, middle}) + " " + px(p[2]);
  } else {
    for (size_t i = 1; i + 1 < p.size(); ++i)
      path += " L" + px(p[i]);
  }
  path += " L" + px(p.back());
  return "<path" + attribute("data-from", std::to_string(link.from)) + attribute("d", path) +
         (link.hasTip ? " marker-end=\"url(#tip)\"" : "") + "/>\n";
}

} // namespace

std::string picture(const Flow &flow) {
  std::vector<std::vector<std::string>> lines;
  std::vector<Extent> extents;
  for (const Box &box : flow.boxes) {
    lines.emplace_back();
    for (const std::string &line : box.lines())
      lines.back().push_back(shortened(line));
    extents.push_back(extentOf(lines.back()));
  }
  Arrangement made = arrange(flow, extents);
  int64_t heading = 2 * 160 + int64_t(std::max(width(flow.total), width(flow.title) * 4 / 3 + 1)) * advance;
  std::string wide = px(std::max(made.page.width, heading)), high = px(made.page.height);
  std::string text = "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", wide) +
                     attribute("height", high) + attribute("viewBox", "0 0 " + wide + " " + high) +
                     " role=\"img\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"12\">\n";
  text += "<title>" + escaped(flow.title) + "</title>\n<desc>" + escaped(flow.total) + "</desc>\n";
  text += "<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"10\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" "
          "orient=\"auto\"><path d=\"M0 1 L10 5 L0 9 z\" fill=\"#55585e\"/></marker></defs>\n";
  text += "<rect" + attribute("width", wide) + attribute("height", high) + " fill=\"#ffffff\"/>\n";
  text += textAt(160, 280, flow.title, " font-size=\"16\" font-weight=\"bold\"");
  text += textAt(160, 480, flow.total, " fill=\"#55585e\"");
  text += "<g fill=\"none\" stroke=\"#55585e\">\n";
  for (const Link &link : made.links)
    text += linkText(link);
  text += "</g>\n<g text-anchor=\"middle\">\n";
  for (size_t i = 0; i < flow.boxes.size(); ++i)
    text += boxText(flow.boxes[i], lines[i], made.boxes[i], extents[i]);
  return text + "</g>\n</svg>\n";
}

} // namespace nnc::dsl::graph
