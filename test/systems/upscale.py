# RUN: check_systems.py %nnc %s %t
"""A transposed convolution: each pixel of the small picture draws a window of the large one, which the definition scatters."""
from systems import build, convolve, mse, uniform


def prelu(x, weight):
    return x.map(lambda v: v if v > 0 else weight.values[0] * v)


def transposed(x, weight, bias, stride, padding, more):
    """y[o, i * stride + k - padding] += x[c, i] * weight[c, o, k]"""
    b, c, h, w = x.shape
    _, out, n, m = weight.shape
    size = [(s - 1) * stride - 2 * padding + k + more for s, k in ((h, n), (w, m))]
    y = [0.0] * (b * out * size[0] * size[1])
    for e in range(b):
        for i, o, r, s in ((i, o, r, s) for i in range(c) for o in range(out) for r in range(h) for s in range(w)):
            for k in range(n):
                for l in range(m):
                    u, v = r * stride + k - padding, s * stride + l - padding
                    if 0 <= u < size[0] and 0 <= v < size[1]:
                        y[((e * out + o) * size[0] + u) * size[1] + v] += x.at(e, i, r, s) * weight.at(i, o, k, l)
    return build([b, out, *size], lambda e, o, u, v: y[((e * out + o) * size[0] + u) * size[1] + v] + bias.values[o])


def test(p):
    d, s, m = 56, 12, 4
    # Dong, Loy and Tang count the weights without biases and slopes: 25 d + s d + 9 m s^2 + d s + 81 d.
    p.same("published weights", 25 * d + s * d + 9 * m * s * s + d * s + 81 * d, 12_464)
    p.same("parameters", p.count(), 12_464 + (d + s + m * s + d + 1) + (1 + 1 + m + 1))
    small = {"width": 2, "shrunk": 1, "maps": 1}
    x, w = uniform(1, 1, 14, 14), p.drawn(small)
    h = prelu(convolve(x, w["extract.0.weight"], w["extract.0.bias"], padding=2), w["extract.1.weight"])
    h = prelu(convolve(h, w["shrink.0.weight"], w["shrink.0.bias"]), w["shrink.1.weight"])
    h = prelu(convolve(h, w["map.0.0.weight"], w["map.0.0.bias"], padding=1), w["map.0.1.weight"])
    h = prelu(convolve(h, w["expand.0.weight"], w["expand.0.bias"]), w["expand.1.weight"])
    image = p.forward({"small": x}, weights=w, defines=small)["image"]
    p.same("image", image, transposed(h, w["deconv.weight"], w["deconv.bias"], stride=2, padding=4, more=1))
    inputs = {"small": x, "large": uniform(1, 1, 28, 28)}
    p.same("loss", p.loss(inputs, weights=w, defines=small), mse(image, inputs["large"]))
