"""The cases of ops.py: an op of nn as text, its operands, and what PyTorch gives."""
import dataclasses
import math

import torch
import torch.nn.functional as F

INF, NAN = math.inf, math.nan


@dataclasses.dataclass
class Case:
    name: str
    op: str  # {0}, {1}: the operands
    operands: list
    results: list  # None: not judged


def randn(*shape):
    return torch.randn(*shape, dtype=torch.float64)


def type_of(*values):
    kinds = {torch.float64: "f64", torch.int64: "i64", torch.int32: "i32", torch.bool: "i1"}
    return ", ".join(f"tensor<{''.join(f'{n}x' for n in value.shape)}{kinds[value.dtype]}>" for value in values)


def signature(operands, results):
    return f"({type_of(*operands)}) -> " + (type_of(*results) if len(results) == 1 else f"({type_of(*results)})")


def spread(bias, y):
    return bias.reshape([1, -1] + [1] * (y.dim() - 2)).expand_as(y).contiguous()


def conv():
    convs = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
    settings = [  # extents, taps, channels, outputs, groups, stride, dilation, low, high
        ((9,), (3,), 4, 6, 2, (2,), (1,), (1,), (1,)),
        ((7,), (2,), 3, 5, 1, (1,), (3,), (2,), (0,)),
        ((6, 7), (3, 2), 2, 4, 1, (1, 2), (1, 2), (1, 0), (0, 1)),
        ((5, 5), (3, 3), 4, 4, 4, (2, 2), (1, 1), (1, 1), (1, 1)),
        ((8, 5), (1, 1), 3, 2, 1, (1, 1), (1, 1), (0, 0), (0, 0)),
        ((4, 5, 3), (2, 3, 2), 2, 2, 2, (2, 1, 1), (1, 1, 1), (0, 1, 1), (1, 1, 0)),
        ((3, 3, 3), (3, 3, 3), 2, 3, 1, (1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 1, 1)),
        ((9, 10), (9, 10), 46, 1, 1, (1, 1), (1, 1), (0, 0), (0, 0)),  # more than 4,096 terms
    ]
    for number, (extents, taps, channels, outputs, groups, stride, dilation, low, high) in enumerate(settings):
        x, w = randn(1 if channels > 40 else 2, channels, *extents), randn(outputs, channels // groups, *taps)
        x.requires_grad_(), w.requires_grad_()
        pads = [p for pair in reversed(list(zip(low, high))) for p in pair]
        y = convs[len(taps)](F.pad(x, pads), w, stride=stride, dilation=dilation, groups=groups)
        g = randn(*y.shape)
        y.backward(g)
        bias = spread(randn(outputs), y)
        tail = (f"stride {list(stride)} dilation {list(dilation)} pad {list(low)}, {list(high)}"
                + (f" groups {groups}" if groups > 1 else ""))
        dx, dw, x, w, y = x.grad, w.grad, x.detach(), w.detach(), y.detach()
        yield Case(f"conv{number}", f"nn.conv {{0}}, {{1}} {tail} : {signature([x, w], [y])}", [x, w], [y])
        yield Case(f"conv{number}_bias", f"nn.conv {{0}}, {{1}} init {{2}} : {type_of(y)} {tail} : {signature([x, w], [y])}",
                   [x, w, bias], [y + bias])
        yield Case(f"conv{number}_x", f"nn.conv_input_grad {{0}}, {{1}} {tail} : {signature([g, w], [dx])}", [g, w], [dx])
        yield Case(f"conv{number}_w", f"nn.conv_filter_grad {{0}}, {{1}} {tail} : {signature([x, g], [dw])}", [x, g], [dw])


def conv_transpose():
    convs = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
    settings = [  # extents, taps, channels, outputs, groups, stride, dilation, padding, output_padding
        ((5,), (4,), 4, 6, 2, (2,), (1,), (1,), (0,)),
        ((5,), (3,), 2, 3, 1, (3,), (2,), (2,), (2,)),
        ((4, 3), (3, 3), 3, 2, 1, (2, 2), (1, 1), (1, 1), (1, 1)),
        ((4, 3), (3, 2), 4, 4, 4, (1, 2), (2, 1), (0, 0), (0, 1)),
        ((3, 2, 3), (2, 3, 2), 2, 4, 2, (2, 1, 2), (1, 2, 1), (1, 2, 0), (1, 0, 1)),
    ]
    for number, (extents, taps, channels, outputs, groups, stride, dilation, padding, extra) in enumerate(settings):
        x, w = randn(2, channels, *extents), randn(channels, outputs // groups, *taps)
        y = convs[len(taps)](x, w, stride=stride, padding=padding, output_padding=extra, groups=groups, dilation=dilation)
        tail = (f"stride {list(stride)} dilation {list(dilation)} pad {list(padding)}, {list(padding)}"
                + (f" groups {groups}" if groups > 1 else ""))
        bias = spread(randn(outputs), y)
        yield Case(f"transposed{number}",
                   f"nn.conv_input_grad {{0}}, {{1}} init {{2}} : {type_of(y)} {tail} : {signature([x, w], [y])}",
                   [x, w, bias], [y + bias])


def pool():
    maxima, means = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}, {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
    settings = [  # extents, kernel, stride, dilation, padding, ceil
        ((7,), (3,), (2,), (1,), (1,), False), ((8,), (2,), (3,), (2,), (1,), True), ((5, 7), (2, 3), (2, 2), (1, 1), (1, 0), True),
        ((6, 6), (3, 3), (2, 2), (1, 1), (1, 1), True), ((6, 6), (3, 2), (1, 2), (2, 1), (1, 1), False), ((4,), (1,), (2,), (1,), (0,), True),
        ((5, 4, 6), (2, 2, 3), (2, 1, 2), (1, 1, 1), (1, 0, 1), True), ((5, 4, 6), (2, 2, 3), (2, 2, 3), (2, 1, 1), (0, 1, 1), False)]
    for number, (extents, kernel, stride, dilation, padding, ceil) in enumerate(settings):
        x = randn(2, 3, *extents)
        words = f"pad {list(padding)}, {list(padding)}{' ceil' if ceil else ''}"
        y = maxima[len(kernel)](x, kernel, stride, padding, dilation, ceil_mode=ceil)
        yield Case(f"max{number}", f"nn.max_pool {{0}} kernel {list(kernel)} stride {list(stride)} dilation {list(dilation)} {words} : "
                   f"{type_of(x)} -> {type_of(y)}", [x], [y])
        y = means[len(kernel)](x, kernel, stride, padding, ceil_mode=ceil)
        yield Case(f"mean{number}", f"nn.avg_pool {{0}} kernel {list(kernel)} stride {list(stride)} {words} : {type_of(x)} -> {type_of(y)}",
                   [x], [y])
    odd = randn(1, 2, 6)
    odd[0, 0, 2], odd[0, 1] = NAN, -INF
    y = F.max_pool1d(odd, 3, 2)
    yield Case("max_special", f"nn.max_pool {{0}} kernel [3] stride [2] dilation [1] pad [0], [0] : {type_of(odd)} -> {type_of(y)}", [odd], [y])


def masked(x, seen, dim, what):
    """softmax, log_softmax or logsumexp over what is seen."""
    hidden = x.masked_fill(~seen, -INF)
    if what == "logsumexp":
        return torch.logsumexp(hidden, dim)
    if what == "log_softmax":
        return torch.where(seen, hidden - torch.logsumexp(hidden, dim, keepdim=True), torch.tensor(-INF, dtype=x.dtype))
    y = torch.softmax(hidden, dim)
    return torch.where(seen, y, torch.zeros_like(y))


def softmax():
    x = randn(3, 5, 4)
    x[0, 4, 1] = NAN  # behind the length
    n, c = torch.tensor([2, 5, 0]), torch.rand(5, 4) < 0.6
    lengths = (torch.arange(5)[None, :] < n[:, None])[:, :, None].expand(3, 5, 4)
    i, j = torch.arange(5)[:, None], torch.arange(4)[None, :]
    masks = [("length", 1, '#nn.mask<3 [0[0]] d1 lt s0>', n, lengths),
             ("where", 2, '#nn.mask<3 [0[1, 2]] and(s0 ne 0, d1 ne 4)>', c, (c & (i != 4)).expand(3, 5, 4)),
             ("affine", 2, '#nn.mask<3 [0[0]] or(2 * d2 ge d1 + 1, not((d1 + d2) mod 3 ne 0))>', n,
              ((2 * j >= i + 1) | ((i + j) % 3 == 0)).expand(3, 5, 4))]
    clean = x.nan_to_num()
    for name, axis, mask, operand, seen in masks:
        data = x if name != "affine" else clean
        for what in ("softmax", "log_softmax", "logsumexp"):
            y = masked(data, seen, axis, what)
            arrow = f" -> {type_of(y)}" if what == "logsumexp" else ""
            yield Case(f"{what}_{name}", f"nn.{what} {{0}} axis {axis} mask {mask}({{1}} : {type_of(operand)}) : {type_of(x)}{arrow}",
                       [data, operand], [y])


def attention():
    def weights(q, k, scale, seen, bias=0):
        k = k.repeat_interleave(q.shape[1] // k.shape[1], 1)
        score = q @ k.transpose(-1, -2) * scale + bias
        return masked(score, seen, -1, "softmax"), masked(score, seen, -1, "logsumexp")

    b, h, g, t, s, d, e = 2, 4, 2, 5, 6, 3, 2
    q, k, v, bias = randn(b, h, t, d), randn(b, g, s, d), randn(b, g, s, e), randn(b, h, t, s)
    k[1, :, 5], v[1, :, 5] = NAN, INF  # behind the length
    n, document, other = torch.tensor([6, 4]), torch.tensor([[0, 0, 1, 1, 2], [0, 1, 1, 1, 3]]), torch.tensor([[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 1, 1]])
    place, key = torch.arange(t)[:, None], torch.arange(s)[None, :]
    length = (key < n[:, None, None])[:, None]
    same = (document[:, :, None] == other[:, None, :])[:, None]
    masks = {
        "causal": ("#nn.mask<4 [0[0]] and(d3 le d2, d3 lt s0)>", [n], length & (key <= place)),
        "window": ("#nn.mask<4 [0[0]] and(d2 - d3 lt 2, d3 - d2 lt 2, d3 lt s0)>", [n], length & ((place - key).abs() < 2)),
        "documents": ("#nn.mask<4 [0[0], 1[0, 2], 2[0, 3]] and(d3 lt s0, s1 eq s2)>", [n, document, other], length & same),
        "heads": ("#nn.mask<4 [0[0]] and(d3 lt s0, or(d1 ge 2, d3 floordiv 2 eq d2 floordiv 2))>", [n],
                  length & ((torch.arange(h)[:, None, None] >= 2) | (key // 2 == place // 2))),
    }
    for name, (mask, operands, seen) in masks.items():
        for with_bias in (False, True):
            seen = seen.expand(b, h, t, s)
            p, lse = weights(q, k, 0.5, seen, bias if with_bias else 0)
            values = torch.where(torch.isfinite(v), v, torch.zeros_like(v)).repeat_interleave(h // g, 1)
            y = p @ values
            lse = torch.where(seen.any(-1), lse, torch.tensor(INF, dtype=lse.dtype))
            given = [q, k, v] + ([bias] if with_bias else []) + operands
            first = 4 if with_bias else 3
            extra = f" bias {{3}} : {type_of(bias)}" if with_bias else ""
            args = ", ".join(f"{{{first + i}}}" for i in range(len(operands)))
            yield Case(f"{name}{'_bias' if with_bias else ''}",
                       f"nn.attention {{0}}, {{1}}, {{2}}{extra} mask {mask}({args} : {type_of(*operands)}) scale 0.5 : "
                       f"({type_of(q, k, v)}) -> ({type_of(y, lse)})", given, [y, lse])
    k, v = randn(b, h, s, d), randn(b, h, s, e)
    y = F.scaled_dot_product_attention(q, k, v)
    lse = torch.logsumexp(q @ k.transpose(-1, -2) / math.sqrt(d), -1)
    yield Case("plain", f"nn.attention {{0}}, {{1}}, {{2}} scale {1 / math.sqrt(d)!r} : ({type_of(q, k, v)}) -> ({type_of(y, lse)})", [q, k, v], [y, lse])


def gather():
    table, index = randn(6, 4, 3), torch.tensor([[5, 0, 3], [3, 3, 1]])
    for axis in range(3):
        places = index % table.shape[axis]
        y = table.index_select(axis, places.flatten()).unflatten(axis, places.shape)
        yield Case(f"gather{axis}", f"nn.gather {{0}} at {{1}} axis {axis} : {signature([table, places], [y])}", [table, places], [y])
        values = randn(*y.shape)
        z = torch.zeros_like(table).index_add_(axis, places.flatten(), values.flatten(axis, axis + 1))
        yield Case(f"scatter{axis}", f"nn.scatter add {{0}} at {{1}} axis {axis} : {signature([values, places], [z])}", [values, places], [z])
    rows = torch.tensor([[2, 0], [1, 1], [3, 0]], dtype=torch.int32)
    table = randn(3, 4, 2)
    y = torch.gather(table, 1, rows.long()[:, :, None].expand(3, 2, 2))
    yield Case("rows", f"nn.gather {{0}} at {{1}} axis 1 batch 1 checked : {signature([table, rows], [y])}", [table, rows], [y])
    place = torch.tensor([3, 0, 2])
    y = table[torch.arange(3), place]
    yield Case("last", f"nn.gather {{0}} at {{1}} axis 1 batch 1 : {signature([table, place], [y])}", [table, place], [y])
    values, start = randn(3, 2, 2), randn(3, 4, 2)
    for kind, reduce in (("add", "sum"), ("mul", "prod"), ("max", "amax"), ("min", "amin")):
        spots = rows.long()[:, :, None].expand(3, 2, 2)
        z = start.clone().scatter_reduce_(1, spots, values, reduce)
        yield Case(f"scatter_{kind}", f"nn.scatter {kind} {{0}} at {{1}} init {{2}} : {type_of(start)} axis 1 batch 1 : {signature([values, rows], [z])}",
                   [values, rows, start], [z])
        empty = torch.full_like(start, {"add": 0.0, "mul": 1.0, "max": -INF, "min": INF}[kind])
        z = empty.scatter_reduce_(1, spots, values, reduce)
        yield Case(f"segments_{kind}", f"nn.scatter {kind} {{0}} at {{1}} axis 1 batch 1 : {signature([values, rows], [z])}", [values, rows], [z])
    counts = torch.zeros(4, dtype=torch.int64).index_add_(0, rows.long().flatten(), torch.ones(6, dtype=torch.int64))
    ones = torch.ones(3, 2, dtype=torch.int64)
    yield Case("counts", f"nn.scatter add {{0}} at {{1}} axis 0 : {signature([ones, rows], [counts])}", [ones, rows], [counts])


def order():
    x = randn(3, 6, 2)
    x[0, 2], x[1, 4, 0], x[2, 0, 1] = x[0, 0], NAN, -INF
    whole = torch.tensor([[3, -1, 3, 0], [5, 5, -7, 5]])
    for axis in range(3):
        y = torch.cumsum(x, axis)
        yield Case(f"cumsum{axis}", f"nn.cumsum {{0}} axis {axis} : {type_of(x)}", [x], [y])
        y = torch.flip(torch.cumsum(torch.flip(x, [axis]), axis), [axis])
        yield Case(f"cumsum_back{axis}", f"nn.cumsum reverse {{0}} axis {axis} : {type_of(x)}", [x], [y])
        for word in ("", "descending "):
            for data, dims in ((x, 3), (whole, 2)):
                if axis < dims:
                    v, i = torch.sort(data, dim=axis, descending=bool(word), stable=True)
                    yield Case(f"sort{axis}{word[:4]}{dims}", f"nn.sort {word}{{0}} axis {axis} : {type_of(data)} -> ({type_of(v, i)})", [data], [v, i])
    v, i = torch.sort(x, dim=1, descending=True, stable=True)
    v, i = v[:, :3].contiguous(), i[:, :3].contiguous()
    yield Case("top", f"nn.sort descending {{0}} axis 1 : {type_of(x)} -> ({type_of(v, i)})", [x], [v, i])
    y = torch.cumsum(whole, 1)
    yield Case("cumsum_whole", f"nn.cumsum {{0}} axis 1 : {type_of(whole)}", [whole], [y])
    y = torch.flip(x, [0, 2])
    yield Case("flip", f"nn.flip {{0}} dims [0, 2] : {type_of(x)}", [x], [y])
    a, b = torch.tensor([7, -7, 7, -7, 6, 0]), torch.tensor([3, 3, -3, -3, -2, 5])
    y = torch.div(a, b, rounding_mode="floor")
    yield Case("floor_div", f"nn.floor_div {{0}}, {{1}} : {type_of(y)}", [a, b], [y])
    yield Case("mod", f"nn.mod {{0}}, {{1}} : {type_of(y)}", [a, b], [torch.remainder(a, b)])


def update():
    start = randn(4, 3)
    gradients = [randn(4, 3) for _ in range(3)]
    zero, lr, decay = torch.zeros(4, 3, dtype=torch.float64), torch.tensor(0.1, dtype=torch.float64), torch.tensor(0.25, dtype=torch.float64)
    kinds = {
        "rmsprop": (lambda p: torch.optim.RMSprop([p], lr=0.1, alpha=0.9, eps=1e-8), "{alpha = 0.9 : f64, eps = 1.0e-8 : f64}", 2),
        "rmsprop_momentum": (lambda p: torch.optim.RMSprop([p], lr=0.1, alpha=0.9, eps=1e-8, momentum=0.5, weight_decay=0.25),
                             "{alpha = 0.9 : f64, eps = 1.0e-8 : f64, momentum = 0.5 : f64}", 3),
        "adagrad": (lambda p: torch.optim.Adagrad([p], lr=0.1, eps=1e-10, weight_decay=0.25), "{eps = 1.0e-10 : f64}", 2)}
    for name, (make, attributes, results) in kinds.items():
        p = start.clone().requires_grad_()
        optimizer = make(p)
        before = [start] + [zero] * (results - 1)
        for step, gradient in enumerate(gradients):  # each step from PyTorch's slots
            p.grad = gradient.clone()
            optimizer.step()
            state = optimizer.state[p]
            after = [p.detach().clone()] + [state[key].clone() for key in ("square_avg", "sum", "momentum_buffer") if key in state and state[key] is not None]
            after = after[:results]
            operands = [before[0], gradient] + before[1:] + [lr] + ([decay] if name != "rmsprop" else [])
            words = "{0}, {1}, {2}" + (" velocity {3}" if results == 3 else "")
            words += f" lr {{{results + 1}}}" + (f" decay {{{results + 2}}}" if name != "rmsprop" else "")
            yield Case(f"{name}{step}", f"nn.{name.split('_')[0]} {words} {attributes.replace('{', '{{').replace('}', '}}')} : {signature(operands, after)}",
                       operands, after)
            before = after


FAMILIES = {"conv": conv, "conv-transpose": conv_transpose, "pool": pool, "softmax": softmax, "attention": attention, "gather": gather,
            "order": order, "update": update}
