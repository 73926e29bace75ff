"""Statistics over a list of numbers, with numpy."""

import numpy as np
from flask import Flask, abort, jsonify, request
from flask.wrappers import Response

app = Flask(__name__)


def numbers() -> np.ndarray:
    """The numbers of the request: a JSON list, not empty."""
    body = request.get_json()
    if not isinstance(body, list) or not body or not all(type(item) in (int, float) for item in body):
        abort(400, "send a JSON list of numbers")
    return np.array(body, dtype=np.float64)


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok", numpy=np.__version__)


@app.post("/mean")
def mean() -> Response:
    return jsonify(mean=float(numbers().mean()))


@app.post("/spread")
def spread() -> Response:
    values = numbers()
    return jsonify(deviation=float(values.std()), quartiles=np.quantile(values, [0.25, 0.5, 0.75]).tolist())


@app.get("/product")
def product() -> Response:
    """A matrix times its inverse is the identity: native code that uses threads."""
    size = request.args.get("size", default=200, type=int)
    if not 1 <= size <= 2000:
        abort(400, "size is from 1 to 2000")
    matrix = np.random.default_rng(seed=1).random((size, size)) + size * np.eye(size)
    return jsonify(size=size, identity=bool(np.allclose(matrix @ np.linalg.inv(matrix), np.eye(size))))
