#!/usr/bin/env python3
"""Makes the golden files of nets with attention, in f64 by PyTorch: GPT, BERT, an encoder and decoder of PyTorch's own
layers, recurrent translation with additive attention.

usage: test/golden/transformers.py

Writes test/golden/nets/NET.safetensors: init.NAME, in.NAME and out.NAME for the program NET.nn beside it; and NET.names, the
names and shapes of the published sizes: GPT-2 small, BERT base (Hugging Face's names; GPT-2's files hold the transposes),
PyTorch's MultiheadAttention and LSTM. Weights are numbers that f32 holds. Needs PyTorch, any version (written into the
metadata); the tests read the files only.
"""
import math
import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
import safetensors  # noqa: E402


def following(logits, tokens, length, smoothing=0.0):
    """Cross entropy of each position against the token behind it, where that lies in front of `length`."""
    kept = torch.arange(tokens.shape[1] - 1) + 1 < length[:, None]
    return F.cross_entropy(logits[:, :-1][kept], tokens[:, 1:][kept], label_smoothing=smoothing)


def heads(x, count):
    return x.unflatten(-1, (count, -1)).transpose(1, 2)


def attend(q, k, v, mask):
    score = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).masked_fill(~mask, -math.inf)
    return (score.softmax(-1) @ v).transpose(1, 2).flatten(2)


class GptAttention(nn.Module):
    def __init__(self, count, width):
        super().__init__()
        self.count = count
        self.c_attn, self.c_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        q, k, v = (heads(part, self.count) for part in self.c_attn(x).chunk(3, -1))
        return self.c_proj(attend(q, k, v, torch.ones(x.shape[1], x.shape[1], dtype=bool).tril()))


class GptMlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.c_fc, self.c_proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class GptBlock(nn.Module):
    def __init__(self, count, width):
        super().__init__()
        self.ln_1, self.attn = nn.LayerNorm(width), GptAttention(count, width)
        self.ln_2, self.mlp = nn.LayerNorm(width), GptMlp(width)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Gpt(nn.Module):
    def __init__(self, chars, layers, count, width, context):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(chars, width), nn.Embedding(context, width)
        self.h = nn.ModuleList(GptBlock(count, width) for _ in range(layers))
        self.ln_f = nn.LayerNorm(width)

    def forward(self, tokens, length):
        x = self.wte(tokens) + self.wpe.weight[: tokens.shape[1]]
        for block in self.h:
            x = block(x)
        logits = self.ln_f(x) @ self.wte.weight.T
        whole = torch.full_like(length, tokens.shape[1])
        return {"logits": logits, "loss": following(logits, tokens, whole), "padded": following(logits, tokens, length)}


class Embeddings(nn.Module):
    def __init__(self, words, context, parts, width):
        super().__init__()
        self.word_embeddings, self.position_embeddings = nn.Embedding(words, width), nn.Embedding(context, width)
        self.token_type_embeddings, self.LayerNorm = nn.Embedding(parts, width), nn.LayerNorm(width, eps=1e-12)

    def forward(self, tokens, part):
        places = self.position_embeddings.weight[: tokens.shape[1]]
        return self.LayerNorm(self.word_embeddings(tokens) + places + self.token_type_embeddings(part))


class SelfAttention(nn.Module):
    def __init__(self, count, width):
        super().__init__()
        self.count = count
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))

    def forward(self, x, length):
        q, k, v = (heads(part(x), self.count) for part in (self.query, self.key, self.value))
        return attend(q, k, v, (torch.arange(x.shape[1]) < length[:, None])[:, None, None])


class Output(nn.Module):
    def __init__(self, inputs, width):
        super().__init__()
        self.dense, self.LayerNorm = nn.Linear(inputs, width), nn.LayerNorm(width, eps=1e-12)

    def forward(self, x, around):
        return self.LayerNorm(self.dense(x) + around)


def dense(inputs, outputs):
    return nn.ModuleDict({"dense": nn.Linear(inputs, outputs)})


class BertLayer(nn.Module):
    def __init__(self, count, width, inner):
        super().__init__()
        self.attention = nn.ModuleDict({"self": SelfAttention(count, width), "output": Output(width, width)})
        self.intermediate, self.output = dense(width, inner), Output(inner, width)

    def forward(self, x, length):
        seen = self.attention["output"](self.attention["self"](x, length), x)
        return self.output(F.gelu(self.intermediate["dense"](seen)), seen)


class Bert(nn.Module):
    def __init__(self, words, parts, layers, count, width, inner, context):
        super().__init__()
        self.embeddings = Embeddings(words, context, parts, width)
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(BertLayer(count, width, inner) for _ in range(layers))})
        self.pooler = dense(width, width)

    def forward(self, tokens, part, length):
        x = self.embeddings(tokens, part)
        for layer in self.encoder["layer"]:
            x = layer(x, length)
        return {"hidden": x, "pooled": torch.tanh(self.pooler["dense"](x[:, 0]))}


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        encoder = lambda *args, **more: nn.TransformerEncoderLayer(8, *args, batch_first=True, **more)
        decoder = lambda *args, **more: nn.TransformerDecoderLayer(8, *args, batch_first=True, **more)
        self.encoder = nn.ModuleList([encoder(2, 12), encoder(4, 10, activation="gelu", norm_first=True)])
        self.norm = nn.LayerNorm(8)
        self.decoder = nn.ModuleList([decoder(4, 12, activation="gelu"), decoder(2, 10, norm_first=True)])

    def forward(self, source, target, length):
        hidden = torch.arange(source.shape[1]) >= length[:, None]
        future = torch.ones(target.shape[1], target.shape[1], dtype=bool).triu(1)
        memory, y = source, target
        for layer in self.encoder:
            memory = layer(memory, src_key_padding_mask=hidden)
        memory = self.norm(memory)
        for layer in self.decoder:
            y = layer(y, memory, tgt_mask=future, memory_key_padding_mask=hidden)
        return {"memory": memory, "y": y}


class Additive(nn.Module):
    def __init__(self, query, memory, size):
        super().__init__()
        self.w_query, self.w_memory = nn.Linear(query, size, bias=False), nn.Linear(memory, size, bias=False)
        self.v = nn.Parameter(torch.randn(size))

    def forward(self, query, memory, length):
        energy = torch.tanh(self.w_memory(memory) + self.w_query(query)[:, None]) @ self.v
        weight = energy.masked_fill(torch.arange(memory.shape[1]) >= length[:, None], -math.inf).softmax(-1)
        return (weight[:, None] @ memory)[:, 0]


class Translate(nn.Module):
    def __init__(self, english, french, embed, hidden):
        super().__init__()
        self.lookup_source, self.lookup = nn.Embedding(english, embed), nn.Embedding(french, embed)
        self.encoder = nn.GRU(embed, hidden, batch_first=True, bidirectional=True)
        self.bridge, self.attend = nn.Linear(2 * hidden, hidden), Additive(hidden, 2 * hidden, hidden)
        self.cell, self.out = nn.GRUCell(embed + 2 * hidden, hidden), nn.Linear(3 * hidden, french)

    def forward(self, source, source_length, target, target_length):
        packed = nn.utils.rnn.pack_padded_sequence(
            self.lookup_source(source), source_length, batch_first=True, enforce_sorted=False)
        memory, _ = nn.utils.rnn.pad_packed_sequence(self.encoder(packed)[0], batch_first=True, total_length=source.shape[1])
        h = torch.tanh(self.bridge(memory.sum(1) / source_length[:, None]))
        logits = []
        for y in self.lookup(target).unbind(1):
            context = self.attend(h, memory, source_length)
            h = self.cell(torch.cat([y, context], -1), h)
            logits.append(self.out(torch.cat([h, context], -1)))
        logits = torch.stack(logits, 1)
        return {"logits": logits, "loss": following(logits, target, target_length, 0.1)}


class Names(nn.Module):
    def __init__(self):
        super().__init__()
        self.attend = nn.MultiheadAttention(8, 2, batch_first=True)
        self.plain = nn.MultiheadAttention(8, 4, bias=False, batch_first=True)
        self.rnn = nn.LSTM(8, 6, 2, batch_first=True, bidirectional=True)


def short(tensor):
    """Numbers that f32 holds."""
    return tensor.detach().float().double()


def put(tensors, name, value, kind):
    kind = kind if value.is_floating_point() else "I64"
    tensors[name] = (kind, list(value.shape), value.detach().flatten().tolist())


def write(name, net, inputs):
    net.eval()
    tensors = {}
    with torch.no_grad():
        for key, value in net.named_parameters():
            value.copy_(short(value + 0.2 * torch.randn_like(value)))
            put(tensors, f"init.{key}", value, "F32")
    for key, value in inputs.items():
        put(tensors, f"in.{key}", value, "F64")
    for key, value in net(**inputs).items():
        put(tensors, f"out.{key}", value, "F64")
    safetensors.write(HERE / "nets" / f"{name}.safetensors", tensors, {"torch": torch.__version__})


def list_names(name, net):
    lines = [f"{key} {' x '.join(map(str, value.shape))}" for key, value in net.named_parameters()]
    (HERE / "nets" / f"{name}.names").write_text("\n".join(lines) + "\n")


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(11)
    draw = torch.randint
    write("gpt", Gpt(13, 2, 2, 8, 10), {"tokens": draw(0, 13, (3, 7)), "length": torch.tensor([7, 1, 4])})
    write("bert", Bert(17, 2, 2, 2, 8, 12, 9), {
        "tokens": draw(0, 17, (3, 6)), "part": draw(0, 2, (3, 6)), "length": torch.tensor([6, 1, 4])})
    write("transformer", Transformer(), {
        "source": short(torch.randn(3, 6, 8)), "target": short(torch.randn(3, 4, 8)), "length": torch.tensor([6, 1, 4])})
    write("translate", Translate(11, 9, 5, 6), {
        "source": draw(0, 11, (3, 6)), "source_length": torch.tensor([4, 6, 1]), "target": draw(0, 9, (3, 5)),
        "target_length": torch.tensor([5, 2, 3])})
    with torch.device("meta"):
        list_names("gpt2", Gpt(50257, 12, 12, 768, 1024))
        list_names("bert-base", Bert(30522, 2, 12, 12, 768, 3072, 512))
        list_names("torch", Names())


if __name__ == "__main__":
    main()
