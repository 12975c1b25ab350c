import asyncio


async def handler(payload):
    await asyncio.sleep(0)
    return f"Hello, {payload['name']}"
