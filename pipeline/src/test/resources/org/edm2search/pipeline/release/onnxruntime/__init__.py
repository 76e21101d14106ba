"""Stands in for onnxruntime where it cannot be installed: passes calls on to onnxruntime-node.

It takes and gives what InferenceSession does, and refuses other element types as that does.
"""

import base64
import json
import os
import subprocess
from collections import namedtuple

import numpy as np

Input = namedtuple("Input", ["name", "shape"])
BRIDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bridge.js")


def get_available_providers():
    return ["CPUExecutionProvider"]


class InferenceSession:
    def __init__(self, path, providers):
        assert providers == get_available_providers()
        self.process = subprocess.Popen(["node", BRIDGE, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.inputs = [Input(i["name"], i["shape"]) for i in json.loads(self.process.stdout.readline())]

    def get_inputs(self):
        return self.inputs

    def run(self, outputs, feed):
        request = {}
        for name, array in feed.items():
            assert array.dtype == np.float32, f"{name} must be float32, but is {array.dtype}"
            request[name] = {"shape": array.shape, "data": base64.b64encode(array.tobytes()).decode()}
        self.process.stdin.write(json.dumps({"outputs": outputs, "feed": request}).encode() + b"\n")
        self.process.stdin.flush()
        answers = json.loads(self.process.stdout.readline())
        return [np.frombuffer(base64.b64decode(a["data"]), np.float32).reshape(a["shape"]) for a in answers]
