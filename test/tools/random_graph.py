#!/usr/bin/env python3
"""Prints a random module of the nn dialect: random_graph.py SEED. Values stay small, so that no path ends in infinities."""
import random
import sys

B, V, R, S, W = "tensor<?x8xf32, #nn.dims<B, 8>>", "tensor<8xf32>", "tensor<?xf32, #nn.dims<B>>", "tensor<f32>", "tensor<8x8xf32>"
UNARY = ["tanh", "sigmoid", "relu", "neg", "abs", "sin", "gelu"]
BINARY = ["add", "sub", "mul", "max", "min"]


class Graph:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.values = {kind: [] for kind in (B, V, R, S, W)}
        self.lines = []

    def pick(self, kind):
        # Prefers late values, so that chains get long.
        values = self.values[kind]
        return values[max(self.random.randrange(len(values)), self.random.randrange(len(values)))]

    def add(self, text, kind):
        name = f"%v{len(self.lines)}"
        self.lines.append(f"  {name} = {text}")
        self.values[kind].append(name)
        return name

    def elementwise(self):
        kind = self.random.choice([B, B, B, V, R, S, W])
        if self.random.random() < 0.5:
            self.add(f"nn.{self.random.choice(UNARY)} {self.pick(kind)} : {kind}", kind)
        else:
            # A bounded partner keeps products bounded.
            bounded = self.add(f"nn.tanh {self.pick(kind)} : {kind}", kind)
            self.add(f"nn.{self.random.choice(BINARY)} {self.pick(kind)}, {bounded} : {kind}", kind)

    def broadcast(self):
        source, dims, to = self.random.choice([(V, "[1]", B), (R, "[0]", B), (S, "[]", B), (S, "[]", V), (S, "[]", R), (V, "[0]", W)])
        self.add(f"nn.broadcast {self.pick(source)} dims {dims} : {source} -> {to}", to)

    def contract(self):
        lhs, rhs, spec, to = self.random.choice([
            (B, W, "bi,oi->bo", B), (B, W, "bi,io->bo", B), (B, B, "bo,bi->oi", W), (B, V, "bi,i->b", R), (W, W, "ij,kj->ik", W)])
        a = self.add(f"nn.tanh {self.pick(lhs)} : {lhs}", lhs)
        b = self.pick(rhs)
        init = f"init {self.pick(to)} : {to} " if self.random.random() < 0.5 else ""
        y = self.add(f'nn.contract {a}, {b} {init}"{spec}" : ({lhs}, {rhs}) -> {to}', to)
        self.add(f"nn.sigmoid {y} : {to}", to)

    def reduce(self):
        kind, dims, to = self.random.choice([(B, "[1]", R), (B, "[0]", V), (B, "[0, 1]", S), (V, "[0]", S), (W, "[1]", V), (R, "[0]", S)])
        y = self.add(f"nn.reduce {self.random.choice(['add', 'max', 'min'])} {self.pick(kind)} dims {dims} : {kind} -> {to}", to)
        self.add(f"nn.tanh {y} : {to}", to)

    def rows(self):
        op = self.random.choice(["softmax", "log_softmax"])
        kind, axis = self.random.choice([(B, 1), (W, 0), (W, 1), (V, 0)])
        self.add(f"nn.{op} {self.pick(kind)} axis {axis} : {kind}", kind)

    def scalar(self):
        c = self.add("nn.constant dense<0.5> : tensor<f32> : tensor<f32>", S)
        n = self.add('nn.size "B" : tensor<f32>', S)
        self.add(f"nn.div {c}, {n} : tensor<f32>", S)

    def entry(self, name, steps):
        self.lines, first = [], [("w", W), ("b", V), ("s", V)]
        for kind in self.values:
            self.values[kind] = []
        for symbol, kind in first:
            self.add(f"nn.get @{symbol} : {kind}", kind)
        self.values[B] += ["%x"]
        self.values[R] += ["%r"]
        self.values[S] += ["%lr"]
        for _ in range(steps):
            self.random.choice([self.elementwise, self.elementwise, self.elementwise, self.broadcast, self.contract, self.reduce, self.rows,
                                self.scalar])()
        outputs = [(self.pick(kind), kind) for kind in (B, V, R, S, B)]
        grad = self.pick(W)
        old = self.values[W][0]
        # Committing what was read would be dropped, so each is a new value.
        updates = [self.add(f"nn.neg {self.pick(V)} : {V}", V) for _ in range(2)]
        self.lines.append(f"  %new = nn.sgd {old}, {grad} lr %lr : {W}, {S}")
        results = ", ".join(f'{kind} {{nn.name = "y{i}"}}' for i, (_, kind) in enumerate(outputs))
        print(f'nn.entry @{name}(%x: {B} {{nn.name = "x"}}, %r: {R} {{nn.name = "r"}}, %lr: {S} {{nn.scalar = "lr"}}) -> ({results}) '
              f'attributes {{sizes = [#nn.size<"B" max 64>]}} {{')
        print("\n".join(self.lines))
        print(f"  nn.return {', '.join(v for v, _ in outputs)} : {', '.join(k for _, k in outputs)}\n"
              f"    update [@w, @b, @s] = %new, {', '.join(updates)} : {W}, {V}, {V}\n}}")


graph = Graph(int(sys.argv[1]))
print(f"nn.param @w : {W} = <uniform, [-0.5, 0.5]>\nnn.param @b : {V} = <uniform, [-0.5, 0.5]>\nnn.state @s : {V} = <uniform, [-0.5, 0.5]>")
graph.entry("forward", 30)
