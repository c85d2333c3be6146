#!/usr/bin/env python3
"""The plain functions of a C++ file do what the entries do: plain_functions.py MODEL.so PLAIN.so THREADS

MODEL.so exports the descriptor, PLAIN.so is made of the same program's `--emit=cpp`. Random parameters and inputs go
through every entry of both, three times, at the least batch, a middle one and the largest: scalars of the step, outputs
and the state after them are compared as bytes. MODEL.so runs on one thread, where nothing waits for anybody.
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
    cells = (kind * count).from_address(address)
    for i in range(count):
        cells[i] = number()


class Tensors:
    """The memory of an entry's ports."""

    def __init__(self, ports, count, sizes, number):
        self.blocks, self.bytes = [], []
        for port in (ports[i] for i in range(count)):
            cells = 1
            for d in port.dims[:port.rank]:
                cells *= d if d >= 0 else sizes[~d]
            kind = DTYPES[port.dtype]
            self.blocks.append(block(cells * ctypes.sizeof(kind)))
            self.bytes.append(cells * ctypes.sizeof(kind))
            fill(self.blocks[-1][0], kind, cells, lambda: number(port))

    def pointers(self):
        return [address for address, _ in self.blocks]

    def contents(self):
        return [ctypes.string_at(address, count) for (address, _), count in zip(self.blocks, self.bytes)]


class Both:
    def __init__(self, described, plain, threads):
        self.plain, self.threads = plain, threads
        self.model = Model.in_dll(described, "nnc_model_main")
        self.name = self.model.name.decode().lower()
        self.draw, self.compared = random.Random(1), 0
        self.states = [block(self.model.state_bytes) for _ in range(2)]
        for t in (self.model.tensors[i] for i in range(self.model.n_tensors)):
            kind = DTYPES[t.dtype]
            if t.role == 1:
                fill(self.states[0][0] + t.offset, kind, t.bytes // ctypes.sizeof(kind), lambda: self.draw.gauss(0, 0.3))
            else:
                fill(self.states[0][0] + t.offset, kind, t.bytes // ctypes.sizeof(kind), lambda: 0)
        ctypes.memmove(self.states[1][0], self.states[0][0], self.model.state_bytes)
        self.works = [block(64 << 20) for _ in range(2)]

    def number(self, port):
        if DTYPES[port.dtype] in (c_int32, c_int64):
            return self.draw.randrange(port.index_bound or 3)
        return self.draw.gauss(0, 1)

    def scalars(self, entry, step):
        """The scalars of a step, from both."""
        settings = (c_double * max(entry.n_settings, 1))(*[entry.settings[i].value for i in range(entry.n_settings)])
        results = [(c_double * max(entry.n_scalars, 1))() for _ in range(2)]
        if entry.n_scalars:
            times = (c_int64(step), c_int64(100), c_int64(10))
            entry.scalars(settings, *times, results[0])
            getattr(self.plain, f"{self.name}_{entry.name.decode()}_scalars")(settings, *times, results[1])
            self.compare([bytes(results[0])], [bytes(results[1])], f"scalars of {entry.name.decode()}")
        return results[0]

    def compare(self, wanted, got, what):
        self.compared += sum(map(len, wanted))
        if wanted != got:
            sys.exit(f"{what}: {sum(a != b for a, b in zip(wanted, got))} of {len(wanted)} differ")

    def run(self, entry, sizes, step):
        name = entry.name.decode()
        inputs = Tensors(entry.inputs, entry.n_inputs, sizes, self.number)
        outputs = [Tensors(entry.outputs, entry.n_outputs, sizes, lambda port: 77) for _ in range(2)]
        scalars = self.scalars(entry, step)
        call = Call(ctypes.cast((c_int64 * 8)(*sizes), c_void_p), ctypes.cast((c_void_p * 64)(*inputs.pointers()), c_void_p),
                    ctypes.cast((c_void_p * 512)(*outputs[0].pointers()), c_void_p), self.states[0][0], self.works[0][0],
                    ctypes.cast(scalars, c_void_p))
        if Run(entry.run)(ctypes.byref(call), 0, 1) != 0:
            sys.exit(f"{name} fails")
        wide = DTYPES[self.model.tensors[0].dtype] is c_double
        given = [(c_double if wide else ctypes.c_float)(scalars[i]) for i in range(entry.n_scalars)]
        getattr(self.plain, f"{self.name}_{name}")(
            c_void_p(self.states[1][0]), c_void_p(self.works[1][0]), *[c_int64(size) for size in sizes],
            *map(c_void_p, inputs.pointers()), *given, *map(c_void_p, outputs[1].pointers()), self.threads)
        states = [[ctypes.string_at(address, self.model.state_bytes)] for address, _ in self.states]
        self.compare(outputs[0].contents(), outputs[1].contents(), f"{name} at {sizes}: outputs")
        self.compare(*states, f"{name} at {sizes}: state")

    def all(self):
        entries = [self.model.entries[i] for i in range(self.model.n_entries)]
        for step in range(3):
            for entry in sorted(entries, key=lambda e: e.name != b"pack"): # packed copies first
                bounds = [(entry.sizes[i].min, entry.sizes[i].max) for i in range(entry.n_sizes)]
                for part in (0, 1, 2) if bounds else (0,):
                    self.run(entry, [least + (most - least) * part // 2 for least, most in bounds], step)
        names = ", ".join(sorted(e.name.decode() for e in entries))
        print(f"{names}: the same {self.compared} bytes")


if __name__ == "__main__":
    Both(ctypes.CDLL(sys.argv[1]), ctypes.CDLL(sys.argv[2]), int(sys.argv[3])).all()
