#!/usr/bin/env python3
"""Judges a picture of `nnc graph`, and prints what it shows: picture.py FILE.svg

Boxes lie apart and inside the page, texts inside their boxes, arrows pass no box on their way from the lower edge of one
to the upper edge of another, and none leads up. Then a line for each box, in their order, and one for each arrow.
"""
import re
import sys
import unicodedata
import xml.etree.ElementTree as tree

SVG = "{http://www.w3.org/2000/svg}"
LETTER = {"12": 7.23, "16": 9.64}  # the advance of a letter whose widths are all equal


def columns(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def bad(text):
    sys.exit(f"picture.py: {text}")


class Box:
    def __init__(self, group):
        rect = group.find(SVG + "rect")
        self.kind = group.get("class")
        self.x, self.y, self.width, self.height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        self.texts = group.findall(SVG + "text")
        self.lines = [text.text for text in self.texts]
        self.title = group.find(SVG + "title").text

    def check(self, page):
        if self.x < 0 or self.y < 0 or self.x + self.width > page[0] or self.y + self.height > page[1]:
            bad(f"the box {self.lines} lies outside of the page")
        last = self.y
        for text in self.texts:
            half = columns(text.text) * LETTER["12"] / 2
            x, y = float(text.get("x")), float(text.get("y"))
            if x - half < self.x + 1 or x + half > self.x + self.width - 1:
                bad(f"the text {text.text!r} is wider than its box")
            if y - 10 < last or y + 3 > self.y + self.height:
                bad(f"the text {text.text!r} is not between the edges of its box, or on another line")
            last = y

    def holds(self, point, inset=0.6):
        return (self.x + inset < point[0] < self.x + self.width - inset
                and self.y + inset < point[1] < self.y + self.height - inset)

    def on_edge(self, point, y):
        return abs(point[1] - y) < 0.11 and self.x - 0.1 <= point[0] <= self.x + self.width + 0.1


def along(path):
    """Points of a path of M, L and C, close to each other; its first and last."""
    points, at = [], None
    for letter, rest in re.findall(r"([MLC])([^MLC]*)", path):
        numbers = [float(number) for number in rest.split()]
        ends = list(zip(numbers[::2], numbers[1::2]))
        if letter == "M":
            at = ends[0]
            points.append(at)
            continue
        curve = [at] + ends if letter == "C" else [at, at, ends[0], ends[0]]
        for step in range(1, 61):
            t = step / 60
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3)
            points.append(tuple(sum(w * p[axis] for w, p in zip(weights, curve)) for axis in (0, 1)))
        at = ends[-1]
    return points


def main(file):
    root = tree.parse(file).getroot()
    page = float(root.get("width")), float(root.get("height"))
    if root.get("viewBox") != f"0 0 {root.get('width')} {root.get('height')}":
        bad("the page and its view differ")
    for text in root.findall(SVG + "text"):
        if float(text.get("x")) + columns(text.text) * LETTER[text.get("font-size", "12")] > page[0]:
            bad(f"{text.text!r} leaves the page")
        print("heading", text.text)
    links, holder = root.findall(SVG + "g")
    boxes = [Box(group) for group in holder.findall(SVG + "g")]
    for i, box in enumerate(boxes):
        box.check(page)
        for other in boxes[:i]:
            if (box.x < other.x + other.width + 6 and other.x < box.x + box.width + 6
                    and box.y < other.y + other.height + 6 and other.y < box.y + box.height + 6):
                bad(f"{box.lines} and {other.lines} overlap")
        print(box.kind, "|", " | ".join(box.lines))
    arrows = []
    for path in links.findall(SVG + "path"):
        points, source = along(path.get("d")), int(path.get("data-from"))
        for point in points:
            if not (0 <= point[0] <= page[0] and 0 <= point[1] <= page[1]):
                bad(f"an arrow from {boxes[source].lines} leaves the page")
            for box in boxes:
                if box.holds(point):
                    bad(f"an arrow from {boxes[source].lines} passes {box.lines}")
        if path.get("marker-end"):
            targets = [i for i, box in enumerate(boxes) if box.on_edge(points[-1], box.y)]
            if len(targets) != 1 or targets[0] <= source:
                bad(f"an arrow from {boxes[source].lines} ends at no box, or leads back")
            arrows.append((source, targets[0]))
    starts = [along(path.get("d"))[0] for path in links.findall(SVG + "path")]
    for source in {source for source, _ in arrows}:
        if not any(boxes[source].on_edge(start, boxes[source].y + boxes[source].height) for start in starts):
            bad(f"no arrow begins at {boxes[source].lines}")
    for source, target in sorted(arrows):
        print("arrow", boxes[source].lines[0], "->", boxes[target].lines[0])


if __name__ == "__main__":
    main(sys.argv[1])
