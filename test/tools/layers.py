"""Recurrent layers, norms and attention in plain Python, for the cases of test/systems: one example at a time, as lists of rows.

The formulas are those of the papers, the names and the order of the gates those of PyTorch; nothing here comes from nnc.
"""
import math

from systems import log_softmax, mean, sigmoid, softmax


def nested(tensor):
    """A tensor as lists of lists."""
    return [nested(part) for part in tensor] if len(tensor.shape) > 1 else list(tensor.values)


def flat(rows):
    return [value for row in rows for value in (flat(row) if isinstance(row, list) else [row])]


class Weights:
    """The weights below a path: w("rnn")("weight_ih_l0") is a list of lists, w.at("rnn") the part below."""

    def __init__(self, tensors, path=""):
        self.tensors, self.path = tensors, path

    def at(self, path):
        return Weights(self.tensors, f"{self.path}{path}.")

    def has(self, name):
        return self.path + name in self.tensors

    def __call__(self, name):
        return nested(self.tensors[self.path + name])


def dot(a, b):
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def add(*rows):
    return [sum(values) for values in zip(*rows, strict=True)]


def total(*tables):
    """Tables of rows, added element by element."""
    return [add(*rows) for rows in zip(*tables, strict=True)]


def scaled(row, factor):
    return [value * factor for value in row]


def affine(row, weight, bias=None):
    return [dot(row, line) + (bias[o] if bias else 0.0) for o, line in enumerate(weight)]


def linear(x, w):
    """`Linear` at each row."""
    weight, bias = w("weight"), w("bias") if w.has("bias") else None
    return [affine(row, weight, bias) for row in x]


def look_up(tokens, w):
    table = w("weight")
    return [table[token] for token in tokens]


def norm(x, w, eps=1e-5):
    """`LayerNorm` at each row."""
    weight, bias, made = w("weight"), w("bias"), []
    for row in x:
        middle = mean(row)
        width = math.sqrt(mean((value - middle) ** 2 for value in row) + eps)
        made.append([(value - middle) / width * a + b for value, a, b in zip(row, weight, bias, strict=True)])
    return made


def gelu(row):
    return [0.5 * value * (1 + math.erf(value / math.sqrt(2))) for value in row]


def relu(row):
    return [max(value, 0.0) for value in row]


def tanh(row):
    return [math.tanh(value) for value in row]


def waves(length, width):
    """Sines and cosines by turns, of the "Attention" paper."""
    return [[(math.sin if i % 2 == 0 else math.cos)(t / 10_000 ** (i // 2 * 2 / width)) for i in range(width)]
            for t in range(length)]


# Attention. `sees(t, s)` says whether place t reads place s, `bias(t, s)` is added to the score.


def attend(q, k, v, sees=lambda t, s: True, bias=lambda t, s: 0.0):
    """One head. The second result are the weights, 0 for what is not read."""
    made, weights = [], []
    for t, row in enumerate(q):
        read = [s for s in range(len(k)) if sees(t, s)]
        shares = softmax([dot(row, k[s]) / math.sqrt(len(row)) + bias(t, s) for s in read]) if read else []
        made.append([math.fsum(p * v[s][i] for p, s in zip(shares, read, strict=True)) for i in range(len(v[0]))])
        of = dict(zip(read, shares, strict=True))
        weights.append([of.get(s, 0.0) for s in range(len(k))])
    return made, weights


def split(x, heads):
    """The parts of each row, head by head."""
    size = len(x[0]) // heads
    return [[row[h * size : (h + 1) * size] for row in x] for h in range(heads)]


def several(q, k, v, heads, sees=lambda h, t, s: True, bias=lambda h, t, s: 0.0):
    """The results of all heads side by side."""
    parts = [attend(*one, lambda t, s, h=h: sees(h, t, s), lambda t, s, h=h: bias(h, t, s))[0]
             for h, one in enumerate(zip(split(q, heads), split(k, heads), split(v, heads), strict=True))]
    return [[value for part in parts for value in part[t]] for t in range(len(q))]


def multihead(query, memory, w, heads, sees=lambda h, t, s: True):
    """PyTorch's MultiheadAttention."""
    size = len(query[0])
    weight, bias = w("in_proj_weight"), w("in_proj_bias")
    q, k, v = ([affine(row, weight[i * size : (i + 1) * size], bias[i * size : (i + 1) * size]) for row in rows]
               for i, rows in enumerate((query, memory, memory)))
    return linear(several(q, k, v, heads, sees), w.at("out_proj"))


def encoder_layer(x, w, heads, sees, activation=relu):
    """PyTorch's TransformerEncoderLayer, the norms behind."""
    x = norm(total(x, multihead(x, x, w.at("self_attn"), heads, sees)), w.at("norm1"))
    wide = [activation(row) for row in linear(x, w.at("linear1"))]
    return norm(total(x, linear(wide, w.at("linear2"))), w.at("norm2"))


def decoder_layer(x, memory, w, heads, sees, sees_memory, activation=relu):
    x = norm(total(x, multihead(x, x, w.at("self_attn"), heads, sees)), w.at("norm1"))
    x = norm(total(x, multihead(x, memory, w.at("multihead_attn"), heads, sees_memory)), w.at("norm2"))
    wide = [activation(row) for row in linear(x, w.at("linear1"))]
    return norm(total(x, linear(wide, w.at("linear2"))), w.at("norm3"))


# Recurrent layers: `suffix` is that of the names, "_l0" or "_l0_reverse"; `cell` the weights without it.


def gates(x, h, w, suffix):
    """What the inputs and what the memory say, for all gates."""
    return (affine(x, w("weight_ih" + suffix), w("bias_ih" + suffix)), affine(h, w("weight_hh" + suffix), w("bias_hh" + suffix)))


def rnn_step(x, h, w, suffix=""):
    return tanh(add(*gates(x, h, w, suffix)))


def gru_step(x, h, w, suffix=""):
    given, kept = gates(x, h, w, suffix)
    n = len(h)
    r, z = ([sigmoid(value) for value in add(given[i * n : i * n + n], kept[i * n : i * n + n])] for i in (0, 1))
    new = [math.tanh(a + gate * b) for a, gate, b in zip(given[2 * n :], r, kept[2 * n :], strict=True)]
    return [(1 - gate) * a + gate * b for gate, a, b in zip(z, new, h, strict=True)]


def lstm_step(x, h, c, w, suffix=""):
    both, n = add(*gates(x, h, w, suffix)), len(h)
    i, f, g, o = (both[part * n : part * n + n] for part in range(4))
    c = [sigmoid(b) * old + sigmoid(a) * math.tanh(new) for a, b, new, old in zip(i, f, g, c, strict=True)]
    return [sigmoid(gate) * math.tanh(value) for gate, value in zip(o, c, strict=True)], c


def run(step, x, state, backwards=False):
    """All steps of a layer: `step(row, *state)` gives the new state, whose first part is what comes out."""
    out = [None] * len(x)
    for t in reversed(range(len(x))) if backwards else range(len(x)):
        state = step(x[t], *state)
        out[t] = state[0]
    return out, state


def gru(x, h, w, suffix="_l0", backwards=False):
    out, state = run(lambda row, h: (gru_step(row, h, w, suffix),), x, (h,), backwards)
    return out, state[0]


def rnn(x, h, w, suffix="_l0", backwards=False):
    out, state = run(lambda row, h: (rnn_step(row, h, w, suffix),), x, (h,), backwards)
    return out, state[0]


def lstm(x, h, c, w, suffix="_l0", backwards=False):
    return run(lambda row, h, c: lstm_step(row, h, c, w, suffix), x, (h, c), backwards)


# Losses of sequences.


def next_token(logits, tokens, lengths=None, smoothing=0.0):
    """The mean cross entropy of each token behind the first, from what stands before it; rows end at their length."""
    losses = []
    for b in range(len(tokens)):
        for t in range((lengths[b] if lengths else tokens.shape[1]) - 1):
            logs = log_softmax(logits[b][t].values)
            losses.append(-(1 - smoothing) * logs[tokens[b][t + 1]] - smoothing * mean(logs))
    return mean(losses)


def changed(tensor, *place, to):
    """The same tensor with another value at one place."""
    made = type(tensor)(tensor.shape, tensor.values, tensor.dtype)
    flat_place = 0
    for index, size in zip(place, tensor.shape, strict=True):
        flat_place = flat_place * size + index
    assert made.values[flat_place] != to, "the value is the old one"
    made.values[flat_place] = to
    return made


def filled(tensor, lengths, value):
    """The same rows with `value` behind their length."""
    made = type(tensor)(tensor.shape, tensor.values, tensor.dtype)
    for b, length in enumerate(lengths):
        for t in range(length, tensor.shape[1]):
            made.values[b * tensor.shape[1] + t] = value
    return made
