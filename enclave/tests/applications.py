"""Applications that the tests run."""

FLASK = {
    "requirements.txt": "flask\n",
    "app.py": """
from flask import Flask, request
app = Flask(__name__)

@app.get("/")
def hello():
    return "hello"

@app.post("/echo")
def echo():
    return request.get_data()

@app.get("/health")
def health():
    return "ok"
""",
}

# One endpoint evaluates what a test wants to know: the application is the test's own.
EVAL = {
    "app.py": """
import json, os, sys, threading, time, linecache, inspect
answer = None

def app(environ, start_response):
    size = int(environ.get("CONTENT_LENGTH") or 0)
    source = environ["wsgi.input"].read(size).decode()
    try:
        exec(source, globals())
        text = repr(answer)
    except Exception as error:
        text = type(error).__name__ + ": " + str(error)
    start_response("200 OK", [("content-type", "text/plain")])
    return [text.encode()]
"""
}

ASGI = {
    "app.py": """
import asyncio, os
events = []

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            events.append(message["type"])
            if message["type"] == "lifespan.shutdown":
                with open(os.environ["HOME"] + "/shutdown", "w") as file:
                    file.write("clean")
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            await send({"type": "websocket.send", "text": message["text"].upper()})
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    for part in ("one", "two", ",".join(events)):
        await send({"type": "http.response.body", "body": part.encode() + b" ", "more_body": True})
        await asyncio.sleep(0.05)
    await send({"type": "http.response.body", "body": b""})
"""
}
