"""Reads and writes safetensors with the standard library only: {name: (dtype, shape, values)} and metadata."""
import array
import json
import math
import struct

# F16 and BF16 as their bits.
CODES = {"F32": "f", "F64": "d", "F16": "H", "BF16": "H", "I32": "i", "I64": "q", "U8": "B", "BOOL": "B"}


def read(path):
    with open(path, "rb") as file:
        blob = file.read()
    (length,) = struct.unpack("<Q", blob[:8])
    header = json.loads(blob[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = array.array(CODES[entry["dtype"]])
        values.frombytes(blob[8 + length + begin : 8 + length + end])
        assert len(values) == math.prod(entry["shape"]), f"{path}: {name}: size and shape differ"
        tensors[name] = (entry["dtype"], entry["shape"], values)
    return tensors, metadata


def write(path, tensors, metadata=None):
    header, body = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, (dtype, shape, values) in sorted(tensors.items()):
        data = array.array(CODES[dtype], values).tobytes()
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)
