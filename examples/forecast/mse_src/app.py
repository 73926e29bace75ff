"""What a customer will spend, learnt from a table that nobody else should see: pandas and scikit-learn."""

import io

import pandas as pd
from flask import Flask, abort, jsonify, request
from flask.wrappers import Response
from sklearn.linear_model import LinearRegression

app = Flask(__name__)


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.post("/forecast")
def forecast() -> Response:
    """CSV with a header: all columns but the last one explain the last one. Rows without it are forecast."""
    try:
        table = pd.read_csv(io.StringIO(request.get_data(as_text=True)))
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        abort(400, "send CSV with a header")
    wanted = table.columns[-1]
    known = table.dropna()
    asked = table[table[wanted].isna()]
    if len(known) < 2 or asked.empty or len(table.columns) < 2:
        abort(400, "at least two complete rows, and one without its last value")
    if not all(pd.api.types.is_numeric_dtype(kind) for kind in table.dtypes):
        abort(400, "numbers only")
    model = LinearRegression().fit(known.iloc[:, :-1], known[wanted])
    values = model.predict(asked.iloc[:, :-1])
    return jsonify(column=wanted, forecast=[round(float(value), 3) for value in values])
