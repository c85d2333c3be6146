"""Writes the pages of `nnc explain` as C++: embed_explanations.py OUT.cpp PAGE.md…

explanations/CODE.md is the page of a diagnostic. explanations/words/NAME.md begins with lines `SYSTEM: word, word, …`: the
words of other systems that it is about.
"""
import pathlib
import sys

out, pages = sys.argv[1], [pathlib.Path(page) for page in sys.argv[2:]]
lines = ['#include "tools/nnc/Explanations.h"', "", "namespace nnc::driver {"]
for name, folder in (("codePages", "explanations"), ("wordPages", "words")):
    lines.append(f"const std::vector<Page> &{name}() {{\n  static const std::vector<Page> pages = {{")
    lines += [f'      {{"{page.stem}", R"page({page.read_text()})page"}},' for page in pages if page.parent.name == folder]
    lines.append("  };\n  return pages;\n}")
lines += ["} // namespace nnc::driver", ""]
pathlib.Path(out).write_text("\n".join(lines))
