"""Train tier 1:  python -m training.sequence  (three minutes of one core).

Writes src/bedside/guard/models/sequence.npz; the same machine, sources and seed give the same file.
"""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import Tensor, nn

from bedside.guard.models import sequence
from bedside.guard.models.tokens import Tokens
from bedside.guard.models.words import BUCKETS, FLAGS, flags, pieces
from training import corpus, generate

TARGET = Path(sequence.__file__).with_name("sequence.npz")
SEED = 11
WIDTH, HIDDEN, SECOND = 24, 96, 64
EPOCHS, BATCH, MADE = 7, 32, 36_000
# A word is hidden, so that its neighbours have to tell, once in so many times.
WORD_DROPOUT = 0.12


class Network(nn.Module):
    """The same sums as `sequence.SequenceModel`, to learn by."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(BUCKETS, WIDTH, sparse=True)
        nn.init.normal_(self.table.weight, std=0.1)
        spread = 2 * sequence.REACH + 1
        self.first = nn.Conv1d(WIDTH + FLAGS + sequence.SURROUNDINGS, HIDDEN, spread, padding=sequence.REACH)
        self.second = nn.Conv1d(HIDDEN, SECOND, spread, padding=sequence.REACH)
        self.last = nn.Linear(SECOND, len(sequence.LABELS))
        self.dropout = nn.Dropout(0.3)

    def forward(
        self, words: Tensor, rest: Tensor, rest_of: Tensor, dense: Tensor, batch: tuple[int, int], at: Tensor
    ) -> Tensor:
        """Scores per token. `words` are the buckets of the words themselves, `rest` those of their pieces,
        `rest_of` the token of each piece; `at` is each token's place in a `batch` of padded rows."""
        pieces_sum = torch.zeros(len(words), WIDTH).index_add_(0, rest_of, self.table(rest))
        counts = torch.bincount(rest_of, minlength=len(words)).clamp(min=1).unsqueeze(1)
        vectors = torch.cat([self.table(words) + pieces_sum / counts, dense], 1)
        if self.training:
            hidden = torch.rand(len(words), 1) < WORD_DROPOUT
            vectors[:, :WIDTH] = vectors[:, :WIDTH] * ~hidden
        padded = torch.zeros(batch[0] * batch[1], vectors.shape[1]).index_copy_(0, at, vectors)
        mask = torch.zeros(batch[0] * batch[1], 1).index_fill_(0, at, 1.0).view(batch[0], 1, batch[1])
        rows = padded.view(*batch, -1).transpose(1, 2)
        rows = torch.relu(self.first(self.dropout(rows))) * mask
        rows = torch.relu(self.second(self.dropout(rows))) * mask
        out: Tensor = self.last(self.dropout(rows.transpose(1, 2).reshape(batch[0] * batch[1], -1)[at]))
        return out


class Prepared:
    """One example as numbers."""

    def __init__(self, example: corpus.Example) -> None:
        example = example.plain()
        tokens = Tokens(example.text.encode("ascii"))
        found = [pieces(word) for word in tokens.words]
        self.words = [buckets[0] for buckets in found]
        self.rest = [bucket for buckets in found for bucket in buckets[1:]]
        self.rest_of = [at for at, buckets in enumerate(found) for _ in buckets[1:]]
        own = np.array([flags(word) for word in tokens.words], np.float32).reshape(-1, FLAGS)
        self.dense = np.concatenate([own, sequence.surroundings(tokens, own)], 1)
        self.masks = corpus.targets(example, tokens)


def _batch(
    chosen: list[Prepared],
) -> tuple[tuple[Tensor, Tensor, Tensor, Tensor, tuple[int, int], Tensor], Tensor]:
    longest = max(len(item.words) for item in chosen)
    words, rest, rest_of, at, masks = [], [], [], [], []
    for row, item in enumerate(chosen):
        rest_of += [place + len(words) for place in item.rest_of]
        at += range(row * longest, row * longest + len(item.words))
        words, rest, masks = words + item.words, rest + item.rest, masks + item.masks
    dense = torch.from_numpy(np.concatenate([item.dense for item in chosen]))
    bits = torch.tensor(masks).unsqueeze(1) >> torch.arange(len(sequence.LABELS)) & 1
    inputs = (
        torch.tensor(words),
        torch.tensor(rest),
        torch.tensor(rest_of),
        dense,
        (len(chosen), longest),
        torch.tensor(at),
    )
    return inputs, bits.bool()


def partial_loss(scores: Tensor, allowed: Tensor) -> Tensor:
    """Minus the logarithm of the share that a token's allowed labels have together."""
    inside = scores.masked_fill(~allowed, -torch.inf).logsumexp(1)
    return (scores.logsumexp(1) - inside).mean()


def examples() -> list[corpus.Example]:
    """What tier 1 learns from: labelled texts, some of them again in lower or upper case, and made ones."""
    labelled = corpus.training()
    random = Random(SEED)
    recased = [
        corpus.recased(example, upper=random.random() < 0.3) for example in labelled if random.random() < 0.12
    ]
    tweets = [example for example in labelled if example.id.startswith("btct")]
    return labelled + tweets + recased + generate.generate(MADE, SEED)


def train() -> Network:
    """The trained network."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    prepared = [item for item in map(Prepared, examples()) if item.words]
    network = Network()
    dense = [parameter for name, parameter in network.named_parameters() if not name.startswith("table")]
    optimizers = [
        torch.optim.AdamW(dense, 2e-3, weight_decay=0.01),
        torch.optim.SparseAdam(list(network.table.parameters()), 2e-3),
    ]
    random, batches = Random(SEED), len(prepared) // BATCH
    total, step, began = EPOCHS * batches, 0, time.monotonic()
    for epoch in range(EPOCHS):
        random.shuffle(prepared)
        # Texts of like length together, so that little is padded; the batches then in any order.
        pools = [sorted(prepared[at : at + BATCH * 64], key=lambda item: len(item.words))
                 for at in range(0, len(prepared), BATCH * 64)]  # fmt: skip
        chosen = [pool[at : at + BATCH] for pool in pools for at in range(0, len(pool), BATCH)]
        random.shuffle(chosen)
        losses = 0.0
        for group in chosen:
            for optimizer in optimizers:
                optimizer.param_groups[0]["lr"] = 2e-3 * max(0.02, 1 - step / total)
                optimizer.zero_grad()
            inputs, allowed = _batch(group)
            loss = partial_loss(network(*inputs), allowed)
            loss.backward()
            for optimizer in optimizers:
                optimizer.step()
            losses, step = losses + loss.item(), step + 1
        print(
            f"epoch {epoch + 1}: loss {losses / len(chosen):.4f}, {time.monotonic() - began:.0f} s",
            flush=True,
        )
    return network.eval()


def save(network: Network, target: Path = TARGET) -> None:
    """Write the weights: the table in eight bits, the layers in sixteen."""
    table = network.table.weight.detach().numpy()
    scale = np.abs(table).max(axis=0) / 127
    weights = {"table": np.round(table / scale).astype(np.int8), "scale": scale.astype(np.float32)}
    for number, layer in enumerate((network.first, network.second)):
        weight = layer.weight.detach().numpy().transpose(2, 1, 0)
        weights[f"weight{number}"] = weight.reshape(-1, weight.shape[2]).astype(np.float16)
        weights[f"bias{number}"] = layer.bias.detach().numpy().astype(np.float16)
    weights["weight2"] = network.last.weight.detach().numpy().T.astype(np.float16)
    weights["bias2"] = network.last.bias.detach().numpy().astype(np.float16)
    np.savez_compressed(target, **weights)


if __name__ == "__main__":
    save(train())
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")
