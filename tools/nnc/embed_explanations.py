"""Writes the pages of `nnc explain` as C++: embed_explanations.py OUT.cpp PAGE.md…"""
import pathlib
import sys

out, pages = sys.argv[1], [pathlib.Path(page) for page in sys.argv[2:]]
lines = ['#include "tools/nnc/Explanations.h"', "", "namespace nnc::driver {", "std::string_view explanation(std::string_view code) {"]
for page in pages:
    lines.append(f'  if (code == "{page.stem}")\n    return R"page({page.read_text()})page";')
lines += ['  return "";', "}", "} // namespace nnc::driver", ""]
pathlib.Path(out).write_text("\n".join(lines))
