"""Invented people, organisations and goods of the demonstration, in the scripts of the five languages. Any likeness is chance."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Organisation:
    """An invented organisation with one contact; money in the currency used there today."""

    name: str
    city: str
    country: str
    currency: str
    language: str
    contact: str
    email: str


ORGANISATIONS = (
    Organisation("Brâul Verde Mobilier SRL", "Brașov", "RO", "RON", "ro", "Ioana Munteșan", "ioana@braulverde.example"),
    Organisation("Țesătoria Albastră SA", "Iași", "RO", "RON", "ro", "Ștefan Pârvulești", "stefan@tesatoria.example"),
    Organisation("Ferma Lunca Înaltă", "Cluj-Napoca", "RO", "RON", "ro", "Mădălina Crăcescu", "madalina@luncainalta.example"),
    Organisation("Żuraw Konstrukcje Sp. z o.o.", "Gdańsk", "PL", "PLN", "pl", "Łucja Śnieżkowa", "lucja@zuraw.example"),
    Organisation("Piekarnia Złoty Kłos", "Łódź", "PL", "PLN", "pl", "Grzegorz Brzęcki", "grzegorz@zlotyklos.example"),
    Organisation("Jeziorna Optyka S.A.", "Wrocław", "PL", "PLN", "pl", "Małgorzata Wąsiłek", "malgorzata@jeziorna.example"),
    Organisation("Родопска Мелница ООД", "Пловдив", "BG", "EUR", "bg", "Десислава Каменарова", "desislava@rodopska.example"),
    Organisation("Синя Вълна Логистика", "Варна", "BG", "EUR", "bg", "Юлиян Щерионов", "julian@sinyavalna.example"),
    Organisation("Хемус Стъкло АД", "София", "BG", "EUR", "bg", "Цветелина Жечкова", "tsvetelina@hemus.example"),
    Organisation("صنایع چوب البرز آبی", "کرج", "IR", "IRR", "fa", "پریسا نیک‌رفتار", "parisa@alborzabi.example"),
    Organisation("فرش مهرگان نو", "اصفهان", "IR", "IRR", "fa", "کیانوش گلستانی‌فر", "kianoush@mehregan.example"),
    Organisation("پخش ستاره جنوب", "شیراز", "IR", "IRR", "fa", "یاسمن دریادل", "yasaman@setareh.example"),
    Organisation("Harrow & Finch Interiors", "Leeds", "GB", "GBP", "en", "Edith Harrowgate", "edith@harrowfinch.example"),
    Organisation("Kestrel Lane Foods", "Dublin", "IE", "EUR", "en", "Callum Fenwright", "callum@kestrellane.example"),
    Organisation("Blue Quarry Pumps Inc.", "Denver", "US", "USD", "en", "Marisol Quarrel", "marisol@bluequarry.example"),
)

WORK = (
    "Showroom fit-out",
    "Framework supply",
    "Warehouse racks",
    "Spare parts",
    "Packaging line",
    "Kitchen refit",
    "Training days",
    "Annual maintenance",
    "Pilot order",
    "Lighting upgrade",
)


@dataclass(frozen=True, slots=True)
class Goods:
    """An invented product: prices in EUR."""

    sku: str
    name: str
    unit: str
    price: str
    supplier_price: str


GOODS = (
    Goods("OAK-180", "Oak table 180 cm", "pc", "640.00", "388.00"),
    Goods("OAK-220", "Oak table 220 cm", "pc", "790.00", "471.50"),
    Goods("CHR-BIR", "Birch chair", "pc", "128.00", "71.20"),
    Goods("LMP-PEN", "Pendant lamp", "pc", "96.50", "44.90"),
    Goods("RCK-240", "Warehouse rack 240 cm", "pc", "312.00", "228.40"),
    Goods("PMP-050", "Water pump 0.5 kW", "pc", "189.00", "131.75"),
    Goods("VLV-020", "Ball valve 20 mm", "pc", "14.80", "8.35"),
    Goods("CBL-100", "Copper cable 100 m", "roll", "142.00", "118.60"),
    Goods("PNT-WHT", "White paint 10 l", "can", "58.90", "36.10"),
    Goods("TIL-GRY", "Grey tile 60×60", "m²", "31.40", "19.95"),
    Goods("SRV-DAY", "Day on site", "day", "480.00", "0"),
    Goods("SRV-TRN", "Training day", "day", "620.00", "0"),
)
