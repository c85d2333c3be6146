"""What the cases of test/systems compute with: tensors, seeded numbers, and the usual formulas in plain Python.

Nothing here comes from nnc: a case runs a program, takes its results, and computes from them, or from the weights that it
gave, what the next number has to be.
"""
import itertools
import math
import random

_random = random.Random(1)


class Tensor:
    """A shape and its values in row-major order: t[i][j] is a number or a tensor of fewer axes."""

    def __init__(self, shape, values, dtype="F64"):
        self.shape, self.values, self.dtype = list(shape), list(values), dtype
        assert len(self.values) == math.prod(self.shape), f"{len(self.values)} values for the shape {self.shape}"

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, place):
        if not 0 <= place < self.shape[0]:
            raise IndexError(place)
        if len(self.shape) == 1:
            return self.values[place]
        size = math.prod(self.shape[1:])
        return Tensor(self.shape[1:], self.values[place * size : (place + 1) * size], self.dtype)

    def map(self, function):
        return Tensor(self.shape, [function(v) for v in self.values], self.dtype)

    def places(self):
        """All tuples of indices, in the order of the values."""
        return itertools.product(*(range(size) for size in self.shape))

    def at(self, *place):
        flat = 0
        for index, size in zip(place, self.shape, strict=True):
            assert 0 <= index < size, f"{place} is outside of {self.shape}"
            flat = flat * size + index
        return self.values[flat]


def tensor(nested, dtype="F64"):
    """From lists of lists."""
    shape, level = [], nested
    while isinstance(level, (list, tuple)):
        shape.append(len(level))
        level = level[0]
    flat = nested
    for _ in shape[1:]:
        flat = [value for row in flat for value in row]
    return Tensor(shape, flat if shape else [nested], dtype)


def build(shape, function, dtype="F64"):
    """The tensor whose element at i, j, … is function(i, j, …)."""
    return Tensor(shape, [function(*place) for place in itertools.product(*(range(size) for size in shape))], dtype)


# Seeded inputs.


def normal(*shape):
    return build(shape, lambda *_: _random.gauss(0, 1))


def uniform(*shape, low=0.0, high=1.0):
    return build(shape, lambda *_: _random.uniform(low, high))


def labels(classes, *shape):
    return build(shape, lambda *_: _random.randrange(classes), "I32")


def flags(*shape):
    return build(shape, lambda *_: _random.random() < 0.5, "BOOL")


# Formulas.


def mean(values):
    values = values.values if isinstance(values, Tensor) else list(values)
    return math.fsum(values) / len(values)


def softmax(row):
    row = list(row)
    top = max(row)
    powers = [math.exp(value - top) for value in row]
    return [power / math.fsum(powers) for power in powers]


def log_softmax(row):
    row = list(row)
    top = max(row)
    behind = top + math.log(math.fsum(math.exp(value - top) for value in row))
    return [value - behind for value in row]


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def rows(x):
    """The vectors along the last axis, in order."""
    width = x.shape[-1]
    return [x.values[i : i + width] for i in range(0, len(x.values), width)]


def cross_entropy(logits, targets, smoothing=0.0):
    """The mean over all targets; the classes are the last axis of the logits."""
    losses = []
    for row, target in zip(rows(logits), targets.values, strict=True):
        logs = log_softmax(row)
        losses.append(-(1 - smoothing) * logs[target] - smoothing * mean(logs))
    return mean(losses)


def channels_last(x):
    """[B, C, …] as [B, …, C]."""
    shape = [x.shape[0], *x.shape[2:], x.shape[1]]
    return build(shape, lambda b, *rest: x.at(b, rest[-1], *rest[:-1]), x.dtype)


def bce_with_logits(logits, targets):
    pairs = zip(logits.values, targets.values, strict=True)
    return mean(max(z, 0.0) - z * float(t) + math.log1p(math.exp(-abs(z))) for z, t in pairs)


def mse(a, b):
    return mean((x - y) ** 2 for x, y in zip(a.values, b.values, strict=True))


def mae(a, b):
    return mean(abs(x - y) for x, y in zip(a.values, b.values, strict=True))


def accuracy(logits, targets):
    best = [row.index(max(row)) for row in rows(logits)]
    return mean(float(a == b) for a, b in zip(best, targets.values, strict=True))


def class_counts(logits, targets):
    """[2, K]: elements of each class that the largest logit finds; those that it says and those that there are, together."""
    classes = logits.shape[-1]
    pairs = [(row.index(max(row)), target) for row, target in zip(rows(logits), targets.values, strict=True)]
    found = [float(pairs.count((k, k))) for k in range(classes)]
    return tensor([found, [float(sum((a == k) + (b == k) for a, b in pairs)) for k in range(classes)]])


def sureness(logits, targets, bins):
    """By bin of the largest probability: how many are right, less the sum of these probabilities."""
    sums = [0.0] * bins
    for row, target in zip(rows(logits), targets.values, strict=True):
        sure = max(softmax(row))
        place = next(i for i in range(bins) if sure <= (i + 1) / bins)
        sums[place] += (row.index(max(row)) == target) - sure
    return tensor(sums)


def linear(x, weight, bias=None):
    """x @ weight.T + bias along the last axis."""
    values = []
    for row in rows(x):
        for o, of in enumerate(rows(weight)):
            values.append(math.fsum(a * b for a, b in zip(row, of, strict=True)) + (bias.values[o] if bias else 0.0))
    return Tensor(x.shape[:-1] + [weight.shape[0]], values)


def convolve(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """[B, C, S…] with [O, C / groups, K…], along any number of axes; the numbers may be lists, one for each axis.
    `padding` may be a pair for each axis: in front and behind."""
    axes = len(x.shape) - 2
    spread = lambda n: list(n) if isinstance(n, (list, tuple)) else [n] * axes
    stride, dilation, kernel = spread(stride), spread(dilation), weight.shape[2:]
    padding = [p if isinstance(p, (list, tuple)) else (p, p) for p in spread(padding)]
    sizes = [(s + p[0] + p[1] - d * (k - 1) - 1) // t + 1
             for s, p, d, k, t in zip(x.shape[2:], padding, dilation, kernel, stride)]
    inside, outside = weight.shape[1], weight.shape[0] // groups

    def element(b, o, *place):
        terms = [bias.values[o]] if bias else [0.0]
        for c in range(inside):
            for k in itertools.product(*(range(size) for size in kernel)):
                at = [i * s - p[0] + j * d for i, s, p, j, d in zip(place, stride, padding, k, dilation)]
                if all(0 <= i < size for i, size in zip(at, x.shape[2:])):
                    terms.append(weight.at(o, c, *k) * x.at(b, o // outside * inside + c, *at))
        return math.fsum(terms)

    return build([x.shape[0], weight.shape[0], *sizes], element)


def updates(p, inputs, rule, decay=0.0):
    """Two steps of `train`, against a rule: what is taken off a weight, from its gradient g, the running sums m(keep, add) of
    gradients and v(keep, add) of their squares, and the number t of the step. `decay` of a matrix is taken off as well."""
    weights, sums = p.drawn(), {}
    for t in (1, 2):
        gradients = p.run("grad", inputs, weights=weights)
        after = p.run("step", inputs, weights=weights, options=["--step", str(t - 1)])
        for name in p.parameters():
            values = []
            for i, (w, g) in enumerate(zip(weights[name].values, gradients["grad." + name].values, strict=True)):

                def running(kind, term):
                    def add(keep, part):
                        sums[kind, name, i] = keep * sums.get((kind, name, i), 0.0) + part * term
                        return sums[kind, name, i]

                    return add

                shrunk = w * (1 - (decay if len(weights[name].shape) > 1 else 0.0))
                values.append(shrunk - rule(g, running("m", g), running("v", g * g), t))
            p.same(f"{name} after step {t}", after[name], Tensor(weights[name].shape, values))
        weights = {**weights, **after}
