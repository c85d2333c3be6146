"""Safetensors files in plain Python, for tests: write NAME:TYPE:DIMS=VALUES…, show, and two comparisons."""
import json
import struct
import sys

CODES = {"F32": ("f", 4), "F64": ("d", 8), "I32": ("i", 4), "I64": ("q", 8)}


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            code, width = CODES[entry["dtype"]]
            raw = data[8 + length + begin : 8 + length + end]
            tensors[name] = (entry["dtype"], entry["shape"], list(struct.unpack(f"<{len(raw) // width}{code}", raw)))
    return tensors


def write(path, tensors):
    header, body = {}, b""
    for name, (kind, shape, values) in tensors.items():
        raw = struct.pack(f"<{len(values)}{CODES[kind][0]}", *values)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def parse(word):
    left, values = word.split("=")
    name, kind, dims = left.split(":")
    number = float if kind[0] == "F" else int
    return name, (kind, [int(d) for d in dims.split(",") if d], [number(v) for v in values.split(",")])


def main(command, *words):
    if command == "write":
        write(words[0], dict(parse(word) for word in words[1:]))
    elif command == "show":
        for name, (kind, shape, values) in sorted(read(words[0]).items()):
            print(name, kind, shape, values)
    elif command == "scaled":  # A.x equals factor times B.y
        a, b = read(words[0])[words[1]][2], read(words[2])[words[3]][2]
        factor = float(words[4])
        assert a and all(abs(x - factor * y) <= 1e-6 * abs(x) for x, y in zip(a, b)), (a, b)
    elif command == "slot":  # the inputs, and the momentum that takes the bias's gradient back
        tensors = read(words[0])
        kind, shape, gradient = read(words[1])["grad.fc.bias"]
        f32 = lambda x: struct.unpack("<f", struct.pack("<f", x))[0]
        momentum = [f32(-g / f32(0.9)) for g in gradient]
        tensors["optimizer.fc.bias.momentum"] = (kind, shape, momentum)
        write(words[2], tensors)


main(*sys.argv[1:])
