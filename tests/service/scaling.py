"""What the tests of autoscale share."""

from service.helpers import until

ENABLE = "/pools/p/enableautoscale"
EVALUATE = "/pools/p/evaluateautoscale"
TWO = "$TargetDedicatedNodes=2"


async def steady(service, **wanted):
    """The pool once it is steady, and so."""
    wanted = {"allocationState": "steady"} | wanted

    async def so():
        pool = await service.get("/pools/p")
        return pool if wanted.items() <= pool.items() else None

    return await until(so)


async def enabled(service, formula=TWO, interval="PT5M"):
    """A new pool with autoscale, once it is steady."""
    await service.create(
        enableAutoScale=True, autoScaleFormula=formula, autoScaleEvaluationInterval=interval
    )
    return await steady(service)
