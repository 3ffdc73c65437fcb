from shop.base import Carrier


class HarbourExpressCarrier(Carrier):  # expect: diverged
    tariff_table = "harbour-express-tariff"
    pickup_window_minutes = 45

    async def quote(self, parcel, session):
        answer = await session.get("/quotes", params={"zone": parcel.zone, "grams": parcel.grams})
        answer.raise_for_status()
        return answer.json()["total"]

    async def track(self, number, session):
        answer = await session.get("/tracking/" + number)
        return [event["place"] for event in answer.json()["events"]]

    def surcharge(self, parcel):
        return 4 if parcel.bulky else 0
