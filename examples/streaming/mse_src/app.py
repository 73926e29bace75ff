"""Answers that come in pieces: a WebSocket and a streamed response."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI, Query, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/count")
async def count(
    to: int = Query(default=5, ge=1, le=100_000),
    pause: float = Query(default=0.1, ge=0, le=10),
) -> StreamingResponse:
    """Counts, one line at a time, with a pause after each."""

    async def lines() -> AsyncIterator[str]:
        for number in range(1, to + 1):
            yield f"{number}\n"
            await asyncio.sleep(pause)

    return StreamingResponse(lines(), media_type="text/plain")


@app.websocket("/ws")
async def echo(socket: WebSocket) -> None:
    """Sends back what it receives, text or bytes."""
    await socket.accept()
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("text") is not None:
                await socket.send_text(message["text"])
            else:
                await socket.send_bytes(message["bytes"])
    except WebSocketDisconnect:
        return
