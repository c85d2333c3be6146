"""Calls @two_roundings of two libraries on the same numbers and counts the results that differ in a bit."""
import ctypes
import random
import sys


def run(path):
    random.seed(1)
    a = (ctypes.c_float * 1000)(*[random.uniform(-2, 2) for _ in range(1000)])
    b = (ctypes.c_float * 1000)(*[random.uniform(-2, 2) for _ in range(1000)])
    ctypes.CDLL(path).two_roundings(a, b)
    return bytes(b)


first, second = run(sys.argv[1]), run(sys.argv[2])
print(sum(first[i:i + 4] != second[i:i + 4] for i in range(0, 4000, 4)), "of 1000 differ")
