#!/usr/bin/env python3
"""The plain functions of a C++ file do what the entries do: plain_functions.py MODEL.so PLAIN.so NAME THREADS

MODEL.so exports the descriptor, PLAIN.so is made of the same program's `--emit=cpp`. Random parameters
and inputs go through `pack` and `forward` of both, at every size of the batch; outputs are compared as bytes.
"""
import ctypes
import random
import sys
from ctypes import POINTER, c_char, c_double, c_int32, c_int64, c_uint64, c_void_p

from descriptor import DTYPES, Model, struct

Call = struct("Call", ("sizes", c_void_p), ("inputs", c_void_p), ("outputs", c_void_p), ("state", c_void_p),
              ("work", c_void_p), ("scalars", c_void_p), ("sample", c_void_p), ("seed", c_uint64), ("step", c_int64),
              ("barrier", c_void_p), ("barrier_arg", c_void_p), ("error", c_void_p))
Run = ctypes.CFUNCTYPE(c_int32, POINTER(Call), c_int32, c_int32)


def block(count):
    """Bytes that begin at a multiple of 64, and what keeps them alive."""
    memory = (c_char * (count + 64))()
    return (ctypes.addressof(memory) + 63) // 64 * 64, memory


def fill(address, kind, count, number):
    for i, cell in enumerate((kind * count).from_address(address)):
        (kind * count).from_address(address)[i] = number()


def tensor(port, sizes, number):
    count = 1
    for d in port.dims[:port.rank]:
        count *= d if d >= 0 else sizes[~d]
    kind = DTYPES[port.dtype]
    address, memory = block(count * ctypes.sizeof(kind))
    fill(address, kind, count, number)
    return address, count * ctypes.sizeof(kind), memory


def run_described(entry, state, work, sizes, inputs, outputs):
    call = Call(ctypes.cast((c_int64 * 8)(*sizes), c_void_p), ctypes.cast((c_void_p * 8)(*inputs), c_void_p),
                ctypes.cast((c_void_p * 8)(*outputs), c_void_p), state, work)
    if Run(entry.run)(ctypes.byref(call), 0, 1) != 0:
        sys.exit("the entry fails")


def main():
    described, plain = ctypes.CDLL(sys.argv[1]), ctypes.CDLL(sys.argv[2])
    name, threads = sys.argv[3], int(sys.argv[4])
    model = Model.in_dll(described, "nnc_model_main")
    entries = {model.entries[i].name.decode(): model.entries[i] for i in range(model.n_entries)}
    draw = random.Random(1)
    number = lambda: draw.gauss(0, 1)
    states = [block(model.state_bytes) for _ in range(2)]
    for t in (model.tensors[i] for i in range(model.n_tensors)):
        if t.role == 1:
            fill(states[0][0] + t.offset, DTYPES[t.dtype], t.bytes // ctypes.sizeof(DTYPES[t.dtype]), number)
    ctypes.memmove(states[1][0], states[0][0], model.state_bytes)
    work = block(1 << 20)
    if "pack" in entries:
        run_described(entries["pack"], states[0][0], work[0], [], [], [])
        getattr(plain, name + "_pack")(c_void_p(states[1][0]), c_void_p(work[0]), threads)
        if ctypes.string_at(states[0][0], model.state_bytes) != ctypes.string_at(states[1][0], model.state_bytes):
            sys.exit("the packed parameters differ")
    forward, compared = entries["forward"], 0
    for batch in range(1, forward.sizes[0].max + 1):
        inputs = [tensor(forward.inputs[i], [batch], number) for i in range(forward.n_inputs)]
        outputs = [[tensor(forward.outputs[i], [batch], lambda: -77) for i in range(forward.n_outputs)] for _ in range(2)]
        run_described(forward, states[0][0], work[0], [batch], [t[0] for t in inputs], [t[0] for t in outputs[0]])
        getattr(plain, name + "_forward")(c_void_p(states[1][0]), c_void_p(work[0]), c_int64(batch),
                                          *[c_void_p(t[0]) for t in inputs + outputs[1]], threads)
        for a, b in zip(*outputs):
            compared += a[1]
            if ctypes.string_at(a[0], a[1]) != ctypes.string_at(b[0], b[1]):
                sys.exit(f"batch {batch}: outputs differ")
    print(f"the same {compared} bytes")


if __name__ == "__main__":
    main()
