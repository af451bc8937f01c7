"""The other side of `npm run bench`: one task in a process of its own, so that its memory is known.

Arguments: task, threads, pictures in a batch and their side in pixels (of the ResNet-18 tasks).
Prints PyTorch's version; then for each line `run` on standard input does the task once and prints its seconds, and for
a line `peak` prints the most memory that the process has had, in MiB.
"""
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
from pspnet import PSPNet
from resnet18 import ResNet18
from vggish import VGGish

SIDE = 473

task, threads, batch, side = sys.argv[1], *map(int, sys.argv[2:])
torch.set_num_threads(threads)


def noise(*shape):
    return torch.rand(*shape) * 2 - 1


def multiply():
    a, b = torch.rand(2, 2048, 2048)
    return torch.inference_mode()(lambda: a @ b)


def inference(network, *shape):
    network.eval()
    x = noise(*shape)
    return torch.inference_mode()(lambda: network(x))


def segmentation(stage4):
    network = torch.nn.Sequential(PSPNet(stage4), torch.nn.Softmax(1))
    return inference(network, 1, 3, SIDE, SIDE)


def training(network, loss, rate=1e-3):
    optimiser = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9)

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss().backward()
        optimiser.step()

    return step


def resnet_training():
    network, pictures, labels = ResNet18(), noise(batch, 3, side, side), torch.arange(batch)
    return training(network, lambda: F.cross_entropy(network(pictures), labels))


def report_training():
    """The score of a pixel is the dot product of its probabilities with the sound's; a box is what it should be."""
    # Of one picture the coarsest level of the pyramid has one value a channel, which PyTorch refuses to normalise.
    F._verify_batch_size = lambda size: None
    network, picture, heard = PSPNet(0), noise(1, 3, SIDE, SIDE), torch.rand(1, 150, 1, 1).softmax(1)
    box = torch.zeros(1, SIDE, SIDE)
    box[:, 100:300, 100:300] = 1
    score = lambda: (network(picture).softmax(1) * heard).sum(1)
    # A rate at which random weights do not run away: binary_cross_entropy stops at the first score that is no number.
    return training(network, lambda: F.binary_cross_entropy(score(), box), 1e-6)


tasks = {
    "multiply": multiply,
    "train": resnet_training,
    "infer": lambda: inference(ResNet18(), batch, 3, side, side),
    "report": lambda: segmentation(0),
    "pspnet50": lambda: segmentation(6),
    "vggish": lambda: inference(VGGish(), 10, 1, 96, 64),
    "report-step": report_training,
}
run = tasks[task]()
print(torch.__version__, flush=True)
for line in sys.stdin:
    if line.strip() == "peak":
        # Linux counts in KiB, macOS in bytes.
        print(getrusage(RUSAGE_SELF).ru_maxrss / (1024 ** (2 if sys.platform == "darwin" else 1)), flush=True)
        continue
    begin = perf_counter()
    run()
    print(perf_counter() - begin, flush=True)
