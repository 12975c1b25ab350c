def handler(payload, hook):
    reply = hook.call("sales")
    if reply.status != 200:
        raise RuntimeError(f"the sales cannot be read: {reply.status} {reply.text.strip()}")
    sales = reply.json()
    total = sum(sale["amount"] for sale in sales if sale["currency"] == payload["currency"])
    hook.log.info({"sales": len(sales), "total": total, "currency": payload["currency"]})
    return {"total": total, "currency": payload["currency"], "sales": len(sales)}
