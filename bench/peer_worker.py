#!/usr/bin/env python3
"""One peer as a process that stays warm: reads requests `{"net", "what"}` a line, answers `{"us"}` a line.

usage: peer_worker.py torch|jax CORE        started by compare.py, which speaks to it through pipes
"""
import json
import os
import statistics
import sys
import time

SYSTEM, CORE = sys.argv[1], int(sys.argv[2])
os.sched_setaffinity(0, {CORE})
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

NETS = {
    "mlp": {"layers": [784, 256, 128, 10], "batch": 64, "optimizer": "sgd"},
    "iris": {"layers": [4, 16, 3], "batch": 16, "optimizer": "adam"},
}
LSTM = {"steps": 64, "batch": 16, "inputs": 128, "hidden": 128}
INNER = 200  # steps inside one compiled call


def timed(call, seconds=0.3):
    """Median microseconds of one call, in groups of at least a millisecond, after warming up."""
    call()
    start = time.perf_counter()
    call()
    once = time.perf_counter() - start
    group = max(1, int(1e-3 / max(once, 1e-7)))
    samples, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(samples) < 5:
        start = time.perf_counter()
        for _ in range(group):
            call()
        samples.append((time.perf_counter() - start) / group * 1e6)
    return statistics.median(samples)


class Torch:
    def __init__(self):
        import torch

        torch.set_num_threads(1)
        torch.set_flush_denormal(True)
        self.torch, self.version, self.ready = torch, torch.__version__, {}

    def prepare_lstm(self):
        """Time-major, as PyTorch runs fastest; the mean squared error of all outputs, SGD with momentum."""
        torch, s = self.torch, LSTM
        torch.manual_seed(0)
        module = torch.nn.LSTM(s["inputs"], s["hidden"])
        x, y = torch.randn(s["steps"], s["batch"], s["inputs"]), torch.randn(s["steps"], s["batch"], s["hidden"])
        optimizer = torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9, fused=True)

        def forward():
            with torch.inference_mode():
                module(x)

        def step():
            optimizer.zero_grad(set_to_none=True)
            torch.nn.functional.mse_loss(module(x)[0], y).backward()
            optimizer.step()

        return {"forward": forward, "step": step}

    def prepare(self, net):
        if net == "lstm":
            return self.prepare_lstm()
        torch, spec = self.torch, NETS[net]
        torch.manual_seed(0)
        stages = []
        for i, (a, b) in enumerate(zip(spec["layers"], spec["layers"][1:])):
            stages += ([torch.nn.ReLU()] if i else []) + [torch.nn.Linear(a, b)]
        module = torch.nn.Sequential(*stages)
        x = torch.randn(spec["batch"], spec["layers"][0])
        y = torch.randint(0, spec["layers"][-1], (spec["batch"],))
        if spec["optimizer"] == "adam":
            optimizer = torch.optim.Adam(module.parameters(), lr=1e-2, fused=True)
        else:
            optimizer = torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9, fused=True)

        def forward():
            with torch.inference_mode():
                module(x)

        def step():
            optimizer.zero_grad(set_to_none=True)
            torch.nn.functional.cross_entropy(module(x), y).backward()
            optimizer.step()

        return {"forward": forward, "step": step}

    def measure(self, net, what):
        if net not in self.ready:
            self.ready[net] = self.prepare(net)
        return timed(self.ready[net][what])


class Jax:
    def __init__(self):
        import jax

        self.jax, self.version, self.ready = jax, jax.__version__, {}

    def prepare_lstm(self):
        """One product for the inputs of all steps, then a scan; the same loss and optimizer."""
        jax, s = self.jax, LSTM
        jnp, key = jax.numpy, jax.random.PRNGKey(0)
        draw = lambda *shape: jax.random.normal(key, shape) / s["hidden"] ** 0.5  # noqa: E731
        params = (draw(s["inputs"], 4 * s["hidden"]), draw(s["hidden"], 4 * s["hidden"]), draw(4 * s["hidden"]))
        x, y = draw(s["steps"], s["batch"], s["inputs"]), draw(s["steps"], s["batch"], s["hidden"])

        def net_of(params, x):
            w, u, b = params

            def cell(carry, z):
                h, c = carry
                i, f, g, o = jnp.split(z + h @ u, 4, axis=-1)
                c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
                h = jax.nn.sigmoid(o) * jnp.tanh(c)
                return (h, c), h

            zero = jnp.zeros((s["batch"], s["hidden"]))
            return jax.lax.scan(cell, (zero, zero), x @ w + b)[1]

        def loss(params, x, y):
            return ((net_of(params, x) - y) ** 2).mean()

        tree = jax.tree_util.tree_map

        def update(state, grads):
            p, buffer = state
            buffer = tree(lambda b, g: 0.9 * b + g, buffer, grads)
            return tree(lambda p, b: p - 0.1 * b, p, buffer), buffer

        inner = 10

        def steps(state, x, y):
            return jax.lax.fori_loop(0, inner, lambda i, s: update(s, jax.grad(loss)(s[0], x, y)), state)

        forward, many, start = jax.jit(net_of), jax.jit(steps), (params, tree(jnp.zeros_like, params))
        return {
            "forward": (lambda: forward(params, x).block_until_ready(), 1),
            "step": (lambda: jax.block_until_ready(many(start, x, y)), inner),
        }

    def prepare(self, net):
        if net == "lstm":
            return self.prepare_lstm()
        jax, spec = self.jax, NETS[net]
        jnp = jax.numpy
        key = jax.random.PRNGKey(0)
        params = []
        for a, b in zip(spec["layers"], spec["layers"][1:]):
            key, k = jax.random.split(key)
            params.append((jax.random.normal(k, (a, b)) / a**0.5, jnp.zeros(b)))
        x = jax.random.normal(key, (spec["batch"], spec["layers"][0]))
        y = jax.random.randint(key, (spec["batch"],), 0, spec["layers"][-1])

        def net_of(params, x):
            for i, (w, b) in enumerate(params):
                x = x @ w + b
                x = jax.nn.relu(x) if i + 1 < len(params) else x
            return x

        def loss(params, x, y):
            return -jnp.take_along_axis(jax.nn.log_softmax(net_of(params, x)), y[:, None], 1).mean()

        tree = jax.tree_util.tree_map
        if spec["optimizer"] == "adam":
            start = (params, tree(jnp.zeros_like, params), tree(jnp.zeros_like, params), 0)

            def update(state, grads):
                p, m, v, t = state
                t = t + 1
                m = tree(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
                v = tree(lambda v, g: 0.999 * v + 0.001 * g * g, v, grads)
                c1, c2 = 1 / (1 - 0.9**t), 1 / (1 - 0.999**t)
                p = tree(lambda p, m, v: p - 1e-2 * c1 * m / (jnp.sqrt(v * c2) + 1e-8), p, m, v)
                return p, m, v, t
        else:
            start = (params, tree(jnp.zeros_like, params))

            def update(state, grads):
                p, buffer = state
                buffer = tree(lambda b, g: 0.9 * b + g, buffer, grads)
                return tree(lambda p, b: p - 0.1 * b, p, buffer), buffer

        def steps(state, x, y):
            return jax.lax.fori_loop(0, INNER, lambda i, s: update(s, jax.grad(loss)(s[0], x, y)), state)

        forward, many = jax.jit(net_of), jax.jit(steps)
        return {
            "forward": (lambda: forward(params, x).block_until_ready(), 1),
            "step": (lambda: jax.block_until_ready(many(start, x, y)), INNER),
        }

    def measure(self, net, what):
        if net not in self.ready:
            self.ready[net] = self.prepare(net)
        call, inner = self.ready[net][what]
        return timed(call) / inner


def main():
    system = {"torch": Torch, "jax": Jax}[SYSTEM]()
    print(json.dumps({"system": SYSTEM, "version": system.version}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({"us": system.measure(request["net"], request["what"])}), flush=True)


if __name__ == "__main__":
    main()
