"""Invented names, put together from parts, so that no list of real ones is needed."""

from dataclasses import dataclass

import numpy as np

from .catalogue import PERSONS, SEGMENTS
from .streams import pick

# Place, and the sales region it lies in.
CHINESE_PLACES = (
    ("上海", "East China"),
    ("苏州", "East China"),
    ("杭州", "East China"),
    ("宁波", "East China"),
    ("无锡", "East China"),
    ("南京", "East China"),
    ("绍兴", "East China"),
    ("义乌", "East China"),
    ("广州", "South China"),
    ("深圳", "South China"),
    ("东莞", "South China"),
    ("佛山", "South China"),
    ("厦门", "South China"),
    ("福州", "South China"),
    ("北京", "North China"),
    ("天津", "North China"),
    ("青岛", "North China"),
    ("济南", "North China"),
    ("大连", "North China"),
    ("沈阳", "North China"),
    ("成都", "West China"),
    ("重庆", "West China"),
    ("西安", "West China"),
    ("昆明", "West China"),
    ("武汉", "Central China"),
    ("长沙", "Central China"),
    ("郑州", "Central China"),
    ("合肥", "Central China"),
    ("南昌", "Central China"),
)
# Pairs of rarer characters, so that a name met by chance is unlikely.
FIRST = "澄禾岚翎榕砚棠珞屿沐霁筠芷峤漪茗晗蔚璟湛栩棣昶翊沅漾熹苒枫芃"
SECOND = "汀澜峦陌舟禧朔川蘅泓岑野林渡柏序衡桥屹麓亭原溪石帆夏禹乔里岩"
CHINESE_TRADES = {
    "Supermarkets": ("超市连锁", "商贸"),
    "Home goods": ("家居用品", "家居"),
    "Fashion": ("服饰", "时装"),
    "Pharmacies": ("大药房连锁", "健康药业"),
    "Wholesale": ("贸易", "供应链"),
    "Import and export": ("进出口", "国际贸易"),
    "Office supplies": ("办公用品", "文具"),
    "Electronics": ("电子科技", "精密电子"),
    "Machinery": ("机械制造", "机电设备"),
    "Textiles": ("纺织", "针织"),
    "Food processing": ("食品", "粮油食品"),
    "Furniture": ("家具制造", "木业"),
    "Hotels": ("酒店管理", "大酒店"),
    "Restaurants": ("餐饮管理", "餐饮"),
    "Catering": ("团膳服务", "餐饮配送"),
    "Toys": ("玩具", "文化创意"),
    "Beauty": ("化妆品", "生物科技"),
    "": ("商务",),
}
CHINESE_FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")

ENGLISH_REGIONS = ("Europe", "North America", "South-East Asia", "Oceania")
ENGLISH_FIRST = (
    "Alder",
    "Amber",
    "Birch",
    "Bramble",
    "Cobalt",
    "Copper",
    "Dapple",
    "Ember",
    "Fenn",
    "Flint",
    "Garnet",
    "Hazel",
    "Heron",
    "Indigo",
    "Juniper",
    "Kestrel",
    "Larch",
    "Linden",
    "Marl",
    "Merle",
    "Nettle",
    "Osier",
    "Pebble",
    "Quill",
    "Rowan",
    "Sable",
    "Saffron",
    "Teal",
    "Umber",
    "Willow",
)
ENGLISH_SECOND = (
    "bank",
    "beck",
    "bourne",
    "brook",
    "combe",
    "croft",
    "dale",
    "fell",
    "ferry",
    "field",
    "ford",
    "garth",
    "gate",
    "haven",
    "holm",
    "hurst",
    "ley",
    "march",
    "mere",
    "moor",
    "port",
    "ridge",
    "shaw",
    "stead",
    "stow",
    "thorpe",
    "wade",
    "wick",
    "wood",
    "worth",
)
ENGLISH_THIRD = (
    "& Daughters",
    "& Sons",
    "Bay",
    "Brothers",
    "Cross",
    "East",
    "Grove",
    "Harbour",
    "Hill",
    "Island",
    "Junction",
    "Lane",
    "Mill",
    "North",
    "Park",
    "Point",
    "Quay",
    "Road",
    "South",
    "Spring",
    "Street",
    "Valley",
    "Vale",
    "View",
    "Wharf",
    "West",
    "Works",
    "Yard",
    "& Partners",
)
ENGLISH_TRADES = {
    "Supermarkets": ("Foodstores", "Markets"),
    "Home goods": ("Homeware", "Living"),
    "Fashion": ("Apparel", "Outfitters"),
    "Pharmacies": ("Pharmacy Group", "Chemists"),
    "Wholesale": ("Wholesale", "Supply"),
    "Import and export": ("Trading", "Imports"),
    "Office supplies": ("Stationers", "Office Supply"),
    "Electronics": ("Electronics", "Circuits"),
    "Machinery": ("Machinery", "Engineering"),
    "Textiles": ("Textiles", "Weavers"),
    "Food processing": ("Foods", "Provisions"),
    "Furniture": ("Furniture", "Joinery"),
    "Hotels": ("Hotels", "Resorts"),
    "Restaurants": ("Kitchens", "Dining"),
    "Catering": ("Catering", "Events"),
    "Toys": ("Toys", "Games"),
    "Beauty": ("Beauty", "Skincare"),
    "": ("Services",),
}
ENGLISH_FORMS = {
    "Europe": ("Ltd", "GmbH", "BV", "AB"),
    "North America": ("Inc.", "LLC", "Corp.", "Co."),
    "South-East Asia": ("Pte Ltd", "Sdn Bhd", "Co., Ltd.", "Group"),
    "Oceania": ("Pty Ltd", "Ltd", "Group", "Co-operative"),
}
FORM_SHARES = np.array([0.70, 0.12, 0.10, 0.08])

SURNAMES = "林何沈顾陆程苏许叶方白江温简汤云乔宋秦章卢岳施柳纪梁夏骆康"
GIVEN_NAMES = (
    "Ada",
    "Basil",
    "Clover",
    "Dorian",
    "Elowen",
    "Fabian",
    "Greta",
    "Hollis",
    "Ines",
    "Jasper",
    "Kit",
    "Lorna",
    "Magnus",
    "Nell",
    "Orla",
    "Piers",
    "Quentin",
    "Ros",
    "Silas",
    "Tamsin",
    "Ursa",
    "Verity",
    "Winter",
    "Yara",
    "Zeno",
    "Isolde",
    "Merrick",
    "Odile",
    "Tobin",
)
# When all combinations are used up, the next round of customers gets one of these as well.
CHINESE_ROUNDS = ("", *"元和达盛源泰信德润丰昌隆瑞祥安宁嘉裕同庆兴荣光华通远宏博凯伦诚明新永正道")
ENGLISH_ROUNDS = (
    "",
    "New ",
    "Old ",
    "Upper ",
    "Lower ",
    "Great ",
    "Little ",
    "North ",
    "South ",
    "East ",
    "West ",
    "Inner ",
    "Outer ",
    "High ",
    "Long ",
    "Broad ",
    "White ",
    "Black ",
    "Grey ",
    "Blue ",
    "Red ",
    "Green ",
    "Royal ",
    "First ",
    "Second ",
    "Third ",
    "Silver ",
    "Golden ",
    "Stone ",
    "Sea ",
    "River ",
    "Lake ",
    "Forest ",
    "Winter ",
    "Summer ",
    "Autumn ",
    "Morning ",
    "Evening ",
)

CHINESE_SHARE = 0.72
OVERSEAS = frozenset(ENGLISH_REGIONS)


@dataclass(frozen=True)
class Named:
    """Who the customers of a chunk are, one element per customer."""

    name: list[str]
    industry: list[str]
    region: list[str]


def name_customers(seed: int, numbers: np.ndarray, segment: np.ndarray, random: np.random.Generator) -> Named:
    """Return names, industries and regions for the customers `numbers` of these segments."""
    chinese = random.random(len(numbers)) < CHINESE_SHARE
    dice = random.integers(0, 1 << 30, size=(len(numbers), 2)).tolist()
    forms = pick(random, FORM_SHARES, len(numbers)).tolist()
    named = Named([], [], [])
    for row, (spot, round_) in enumerate(zip(*_spread(seed, numbers), strict=True)):
        industries = SEGMENTS[segment[row]].industries
        industry = industries[dice[row][0] % len(industries)]
        compose = _chinese if chinese[row] else _english
        place = _Place(spot, round_, dice[row][1], forms[row], segment[row] == PERSONS)
        name, region = compose(place, industry)
        named.name.append(name)
        named.industry.append(industry)
        named.region.append(region)
    return named


def _spread(seed: int, numbers: np.ndarray) -> tuple[list[int], list[int]]:
    """Return for each number its spot in the space of names and how often the space was full.

    A bijection and not a draw, so that no two of the first million customers share a name.
    """
    space = len(CHINESE_PLACES) * len(FIRST) * len(SECOND)
    spots = (numbers.astype("int64") * 16_127 + (seed % space) * 7_919) % space
    return spots.tolist(), (numbers // space).tolist()


@dataclass(frozen=True)
class _Place:
    """Where in the space of names a customer stands."""

    spot: int
    round: int
    dice: int
    form: int
    is_person: bool

    @property
    def parts(self) -> tuple[int, int, int]:
        spot, second = divmod(self.spot, len(SECOND))
        third, first = divmod(spot, len(FIRST))
        return third, first, second


def _chinese(at: _Place, industry: str) -> tuple[str, str]:
    third, first, second = at.parts
    word = FIRST[first] + SECOND[second] + CHINESE_ROUNDS[at.round % len(CHINESE_ROUNDS)]
    if at.is_person:
        return SURNAMES[third] + word, CHINESE_PLACES[at.dice % len(CHINESE_PLACES)][1]
    city, region = CHINESE_PLACES[third]
    trades = CHINESE_TRADES[industry]
    return f"{city}{word}{trades[at.dice % len(trades)]}{CHINESE_FORMS[at.form]}", region


def _english(at: _Place, industry: str) -> tuple[str, str]:
    third, first, second = at.parts
    word = ENGLISH_FIRST[first] + ENGLISH_SECOND[second]
    round_ = ENGLISH_ROUNDS[at.round % len(ENGLISH_ROUNDS)]
    region = ENGLISH_REGIONS[at.dice // 7 % len(ENGLISH_REGIONS)]
    if at.is_person:
        return f"{GIVEN_NAMES[third]} {round_.strip()}{word.lower() if round_ else word}", region
    trades = ENGLISH_TRADES[industry]
    word = f"{round_}{word} {ENGLISH_THIRD[third]} {trades[at.dice % len(trades)]}"
    return f"{word} {ENGLISH_FORMS[region][at.form]}", region
