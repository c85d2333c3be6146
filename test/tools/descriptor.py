#!/usr/bin/env python3
"""Two compilations of a program describe it alike: descriptor.py A.so B.so

Reads `nnc_model_main` of both through the structs of runtime/abi/nnc_abi.h, field by field, and calls `prepare` and
`scalars` of each entry with sizes, labels and settings inside and outside of what they take.
"""
import ctypes
import sys
from ctypes import POINTER, c_char_p, c_double, c_int32, c_int64, c_uint16, c_uint32, c_uint64, c_uint8, c_void_p

DTYPES = {1: ctypes.c_float, 2: c_double, 4: c_int32, 5: c_int64, 6: c_uint8}


def struct(name, *fields):
    return type(name, (ctypes.Structure,), {"_fields_": list(fields)})


Error = struct("Error", ("fact", c_int32), ("input", c_int32), ("value", c_int64), ("limit", c_int64), ("where", c_char_p))
Tensor = struct("Tensor", ("name", c_char_p), ("offset", c_uint64), ("bytes", c_uint64), ("dims", POINTER(c_int64)),
                ("init_args", c_double * 2), ("init_values", c_void_p), ("owner", c_int32), ("dtype", c_uint8),
                ("role", c_uint8), ("rank", c_uint8), ("init", c_uint8), ("trainable", c_uint8), ("decay", c_uint8))
Port = struct("Port", ("name", c_char_p), ("dims", POINTER(c_int64)), ("labels", POINTER(c_char_p)),
              ("index_bound", c_int64), ("dtype", c_uint8), ("rank", c_uint8), ("metric", c_uint8), ("reserved", c_uint8))
Size = struct("Size", ("name", c_char_p), ("min", c_int64), ("max", c_int64))
Setting = struct("Setting", ("name", c_char_p), ("value", c_double))
Prepare = ctypes.CFUNCTYPE(c_int32, POINTER(c_int64), POINTER(c_void_p), POINTER(c_uint64), POINTER(c_int64),
                           POINTER(Error))
Scalars = ctypes.CFUNCTYPE(None, POINTER(c_double), c_int64, c_int64, c_int64, POINTER(c_double))
Entry = struct("Entry", ("name", c_char_p), ("kind", c_uint32), ("n_sizes", c_uint32), ("n_inputs", c_uint32),
               ("n_outputs", c_uint32), ("n_settings", c_uint32), ("n_scalars", c_uint32), ("sizes", POINTER(Size)),
               ("inputs", POINTER(Port)), ("outputs", POINTER(Port)), ("settings", POINTER(Setting)),
               ("prepare", Prepare), ("scalars", Scalars), ("run", c_void_p))
Model = struct("Model", ("magic", c_uint32), ("major", c_uint16), ("minor", c_uint16), ("name", c_char_p),
               ("cpu_features", c_char_p), ("recipe", c_char_p), ("state_bytes", c_uint64), ("structure_hash", c_uint64),
               ("n_tensors", c_uint32), ("n_entries", c_uint32), ("tensors", POINTER(Tensor)), ("entries", POINTER(Entry)))


def plain(item, *left_out):
    """The fields that are numbers or strings."""
    return {name: getattr(item, name) for name, kind in item._fields_
            if name not in left_out and kind in (c_char_p, c_double, c_int32, c_int64, c_uint8, c_uint16, c_uint32,
                                                 c_uint64)}


def tensor(t):
    values = ctypes.string_at(t.init_values, t.bytes) if t.init_values else None
    return plain(t) | {"dims": list(t.dims[:t.rank]), "args": list(t.init_args), "values": values}


def port(p):
    labels = [p.labels[i] for i in range(p.index_bound or abs(p.dims[p.rank - 1]))] if p.labels else None
    return plain(p) | {"dims": list(p.dims[:p.rank]), "labels": labels}


def calls_of_prepare(entry):
    """Sizes and contents of integer inputs that are tried."""
    sizes = [entry.sizes[i] for i in range(entry.n_sizes)]
    least, most = [s.min for s in sizes], [s.max if s.max >= 0 else s.min + 3 for s in sizes]
    yield least, None
    yield most, None
    for i in range(len(sizes)):
        yield least[:i] + [least[i] - 1] + least[i + 1:], None
        yield most[:i] + [most[i] + 1] + most[i + 1:], None
        yield least[:i] + [most[i]] + least[i + 1:], None
        yield least[:i] + [-5] + least[i + 1:], None
    for sizes in (least, most):
        for value in (0, 1, 5, 9, 10, 11, -1, 2**31 - 1):
            yield sizes, value


def prepare(entry, sizes, value):
    arrays, pointers = [], (c_void_p * max(entry.n_inputs, 1))()
    for i in range(entry.n_inputs if value is not None else 0):
        p = entry.inputs[i]
        count = 1
        for d in p.dims[:p.rank]:
            count *= d if d >= 0 else sizes[~d]
        kind = DTYPES[p.dtype]
        array = (kind * max(count, 1))()
        if kind is c_int32 or kind is c_int64:
            array[max(count, 1) - 1] = value
        arrays.append(array)
        pointers[i] = ctypes.cast(array, c_void_p)
    dims, work, error = (c_int64 * 512)(), c_uint64(77), Error()
    given = (c_int64 * max(len(sizes), 1))(*sizes)
    status = entry.prepare(given, pointers if value is not None else None, ctypes.byref(work), dims, ctypes.byref(error))
    return status, work.value, list(dims), plain(error)


def scalars(entry):
    results = []
    for step in (0, 1, 7, 1000):
        settings = (c_double * max(entry.n_settings, 1))(*[entry.settings[i].value * (1 + step)
                                                          for i in range(entry.n_settings)])
        out = (c_double * entry.n_scalars)()
        entry.scalars(settings, step, 2000, 13, out)
        results.append([value.hex() for value in out])
    return results


def entry_of(e):
    told = plain(e)
    told["sizes"] = [plain(e.sizes[i]) for i in range(e.n_sizes)]
    told["inputs"] = [port(e.inputs[i]) for i in range(e.n_inputs)]
    told["outputs"] = [port(e.outputs[i]) for i in range(e.n_outputs)]
    told["settings"] = [plain(e.settings[i]) for i in range(e.n_settings)]
    told["prepare"] = [(sizes, value, prepare(e, sizes, value)) for sizes, value in calls_of_prepare(e)]
    told["scalars"] = scalars(e) if e.n_scalars else bool(e.scalars)
    return told


def model(path):
    m = Model.in_dll(ctypes.CDLL(path), "nnc_model_main")
    return plain(m) | {"tensors": [tensor(m.tensors[i]) for i in range(m.n_tensors)],
                       "entries": [entry_of(m.entries[i]) for i in range(m.n_entries)]}


def differences(a, b, where):
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return [line for key in a for line in differences(a[key], b[key], f"{where}.{key}")]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [line for i in range(len(a)) for line in differences(a[i], b[i], f"{where}[{i}]")]
    return [] if a == b else [f"{where}: {a} and {b}"]


def main():
    first, second = (model(path) for path in sys.argv[1:3])
    found = differences(first, second, first["name"].decode())
    print("\n".join(found[:20]) or f"the same: {len(first['tensors'])} tensors, {len(first['entries'])} entries, "
          f"{sum(1 for e in first['entries'] for c in e['prepare'] if c[2][0])} refusals")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
