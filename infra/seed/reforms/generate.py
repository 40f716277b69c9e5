"""Makes the tables of the reforms of 2025 from areas.csv and the tables below: `python -m infra.seed.reforms.generate`.

1 March: departments merged, district police gone. 1 July: 168 communes into 51, districts gone, the province part of Lào Cai.
What is real and what is a sample is told in infra/seed/data/README.md. A column left empty in a row of `change` stays as it is.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence

from infra.seed.data import Row, read
from infra.seed.generate import OFFICE_PHONES, OFFICER_PHONES, PROVINCE, PROVINCIAL, ROLES
from infra.seed.reforms import REFORMS

MARCH, JULY = "2025-03-01", "2025-07-01"
FIELDS: Mapping[str, Sequence[str]] = {
    "areas": ("change", "code", "level", "name", "parent", "lat", "long", "south", "west", "north", "east"),
    "agencies": ("change", "code", "kind", "name", "short_name", "areas", "parent", "email", "phone"),
    "officers": ("agency", "role", "name", "email", "phone"),
    "categories": ("code", "routing"),
    "watches": ("change", "code", "agency", "kind", "level", "group", "watcher", "step"),
    "successors": ("subject", "of", "group", "to"),
}
Tables = dict[str, list[Row]]

# Departments that ended on 1 March 2025 and who took over their duties; by a group of matters where not all went one way.
MERGED = (
    ("so-gtvt", "", "so-xay-dung"),
    ("so-khdt", "", "so-tai-chinh"),
    ("so-tnmt", "", "so-nnmt"),
    ("so-nnptnt", "", "so-nnmt"),
    ("so-ldtbxh", "", "so-noi-vu"),
    ("so-ldtbxh", "y_te", "so-y-te"),
    ("so-ldtbxh", "giao_duc", "so-gddt"),
    ("so-tttt", "", "so-khcn"),
    ("ban-dan-toc", "", "so-dttg"),
    ("cuc-qltt", "", "chi-cuc-qltt"),
)
NEW_IN_MARCH = (
    ("so-nnmt", "agriculture", "Sở Nông nghiệp và Môi trường tỉnh Yên Bái", "Sở Nông nghiệp và Môi trường", "ubnd-15"),
    ("so-dttg", "ethnic_affairs", "Sở Dân tộc và Tôn giáo tỉnh Yên Bái", "Sở Dân tộc và Tôn giáo", "ubnd-15"),
    (
        "chi-cuc-qltt", "market", "Chi cục Quản lý thị trường tỉnh Yên Bái", "Chi cục Quản lý thị trường",
        "so-cong-thuong",
    ),
)  # fmt: skip
PARENTS_IN_MARCH = (
    ("cc-kiem-lam", "so-nnmt"), ("tt-nuoc-sach", "so-nnmt"), ("vnpt-15", "so-khcn"), ("viettel-15", "so-khcn"),
    ("mobifone-15", "so-khcn"),
)  # fmt: skip
ROUTING_IN_MARCH = (
    ("duong_sa", "committee@commune>committee@district>construction@province"),
    ("sat_lo", "committee@commune>committee@district>construction@province"),
    ("o_nhiem", "committee@district>agriculture@province"),
    ("vien_thong", "science@province"),
    ("dat_dai", "committee@commune>committee@district>agriculture@province"),
    ("an_ninh", "police@commune>police@province"),
    ("pccc", "police@commune>fire@province"),
    ("an_sinh", "committee@commune>committee@district>home_affairs@province"),
    ("doanh_nghiep", "finance@province"),
)
WATCHERS_IN_MARCH = {
    "giao-thong": "so-xay-dung", "moi-truong": "so-nnmt", "thong-tin": "so-khcn", "xa-hoi": "so-noi-vu", "nong-lam": "so-nnmt",
}  # fmt: skip
# No agency of these kinds remains, or its parent watches.
WATCHES_ENDED_IN_MARCH = (
    "police-district", "transport-province", "environment-province", "labour-province", "information-province",
    "planning-province", "market-province",
)  # fmt: skip
RENAMED_IN_JULY = {
    "dien-luc-15": "Công ty Điện lực Lào Cai", "vnpt-15": "VNPT Lào Cai", "viettel-15": "Viettel Lào Cai",
    "mobifone-15": "MobiFone tỉnh Lào Cai",
}  # fmt: skip


def march() -> Tables:
    """The reform of 1 March 2025."""
    places = list(read("areas"))
    districts = [area for area in places if area["level"] == "district"]
    communes = [area for area in places if area["level"] == "commune"]
    agencies = [_end(old) for old in dict.fromkeys(old for old, _, _ in MERGED)]
    agencies += [_end(f"ca-{area['code']}") for area in districts]
    agencies += [_agency(*office, areas=PROVINCE) for office in NEW_IN_MARCH]
    agencies += [_change(code, parent=parent) for code, parent in PARENTS_IN_MARCH]
    agencies += [_change(f"ca-{area['code']}", parent="ca-15") for area in communes]
    watches = [_change(f"committee-district-{group}", watcher=watcher) for group, watcher in WATCHERS_IN_MARCH.items()]
    watches += [_change("police-commune", step="police@province"), *map(_end, WATCHES_ENDED_IN_MARCH)]
    successors = [_successor("agency", old, group, new) for old, group, new in MERGED]
    for area in districts:
        below = [f"ca-{one['code']}" for one in communes if one["parent"] == area["code"]]
        successors.append(_successor("agency", f"ca-{area['code']}", "", *below, "ca-15"))
    categories = [{"code": code, "routing": routing} for code, routing in ROUTING_IN_MARCH]
    tables = {"agencies": agencies, "categories": categories, "watches": watches, "successors": successors}
    return _with_contacts(tables, 500)


def july() -> Tables:
    """The reform of 1 July 2025."""
    places = list(read("areas"))
    communes = [area for area in places if area["level"] == "commune"]
    districts = [area for area in places if area["level"] == "district"]
    parts: dict[str, list[Row]] = {}
    for area in communes:
        parts.setdefault(area["successor_code"], []).append(area)
    ended = [area["code"] for area in (*districts, *communes)]
    areas = [_change(PROVINCE, name="Tỉnh Lào Cai"), *(_end(code) for code in ended if code not in parts)]
    areas += [_united(code, found) for code, found in sorted(parts.items())]
    successors = [_successor("area", area["code"], "", area["successor_code"]) for area in communes]
    successors += [_successor("area", area["code"], "", *_inside(area, communes)) for area in districts]
    successors += [
        _successor("agency", f"{office}-{area['code']}", "", f"{office}-{area['successor_code']}-2025")
        for office in ("ubnd", "ca") for area in communes
    ]  # fmt: skip
    successors += [
        _successor("agency", f"ubnd-{area['code']}", "", *(f"ubnd-{code}-2025" for code in _inside(area, communes)))
        for area in districts
    ]
    agencies = [_end(f"ubnd-{code}") for code in ended] + [_end(f"ca-{area['code']}") for area in communes]
    for code, found in sorted(parts.items()):
        name = _lower(found[0]["successor_name"])
        agencies.append(
            _agency(f"ubnd-{code}-2025", "committee", f"Ủy ban nhân dân {name}", f"UBND {name}", "ubnd-15", areas=code)
        )
        agencies.append(_agency(f"ca-{code}-2025", "police", f"Công an {name}", f"Công an {name}", "ca-15", areas=code))
    agencies += _going_on(districts, parts)
    return _with_contacts(
        {
            "areas": areas,
            "agencies": agencies,
            "categories": list(_categories_in_july()),
            "watches": list(_watches_in_july()),
            "successors": successors,
        },
        550,
    )


def _going_on(districts: Sequence[Row], parts: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    """Agencies that go on under another name, or for other areas: those of the province, and the centres for several communes."""
    served: dict[str, list[str]] = {}
    for code, found in sorted(parts.items()):
        own = next(area for area in found if area["code"] == code)
        served.setdefault(own["parent"], []).append(code)
    for area in districts:
        name = area["name"].removeprefix("Thành phố ").removeprefix("Thị xã ").removeprefix("Huyện ")
        codes = " ".join(served[area["code"]])
        clinic, power = f"Trung tâm Y tế khu vực {name}", f"Điện lực khu vực {name}"
        yield _change(f"ttyt-{area['code']}", name=clinic, short_name=f"TTYT khu vực {name}", areas=codes)
        yield _change(f"dien-luc-{area['code']}", name=power, short_name=power, areas=codes)
    standing = {office.code: (office.name, office.short_name, office.areas) for office in PROVINCIAL}
    standing |= {code: (name, short, (PROVINCE,)) for code, _, name, short, _ in NEW_IN_MARCH}
    for code in (old for old, _, _ in MERGED):
        standing.pop(code, None)
    for code, (name, short_name, areas) in standing.items():
        if PROVINCE not in areas:
            yield _change(code, areas=" ".join(one for district in areas for one in served[district]))
        elif code in RENAMED_IN_JULY:
            yield _change(code, name=RENAMED_IN_JULY[code], short_name=RENAMED_IN_JULY[code].replace(" tỉnh", ""))
        elif "Yên Bái" in name:
            yield _change(
                code, name=name.replace("Yên Bái", "Lào Cai"), short_name=short_name.replace("Yên Bái", "Lào Cai")
            )


def _categories_in_july() -> Iterator[Row]:
    march_routing = dict(ROUTING_IN_MARCH)
    for row in read("categories"):
        before = march_routing.get(row["code"], row["routing"])
        steps = dict.fromkeys(step.replace("@district", "@commune") for step in before.split(">"))
        if ">".join(steps) != before:
            yield {"code": row["code"], "routing": ">".join(steps)}


def _watches_in_july() -> Iterator[Row]:
    yield _end("committee-commune")
    for row in read("watches"):
        group = row["code"].removeprefix("committee-district-")
        if group != row["code"]:
            yield _end(row["code"])
            yield {
                "change": "new", "code": f"committee-commune-{group}", "kind": "committee", "level": "commune",
                "group": row["group"], "watcher": WATCHERS_IN_MARCH.get(group, row["watcher"]),
            }  # fmt: skip
    yield _end("power-district")
    yield {"change": "new", "code": "power-commune", "kind": "power", "level": "commune", "step": "power@province"}


def _united(code: str, parts: Sequence[Row]) -> Row:
    """The commune that others became: the box around theirs, the middle of their centres."""
    middle = {name: f"{sum(float(part[name]) for part in parts) / len(parts):.6f}" for name in ("lat", "long")}
    least = {name: min((part[name] for part in parts), key=float) for name in ("south", "west")}
    most = {name: max((part[name] for part in parts), key=float) for name in ("north", "east")}
    return {
        "change": "change", "code": code, "level": "commune", "name": parts[0]["successor_name"], "parent": PROVINCE,
        **middle, **least, **most,
    }  # fmt: skip


def _inside(district: Row, communes: Iterable[Row]) -> Sequence[str]:
    return sorted({area["successor_code"] for area in communes if area["parent"] == district["code"]})


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _end(code: str) -> Row:
    return {"change": "end", "code": code}


def _change(code: str, **values: str) -> Row:
    return {"change": "change", "code": code, **values}


def _agency(code: str, kind: str, name: str, short_name: str, parent: str, areas: str) -> Row:
    return {
        "change": "new", "code": code, "kind": kind, "name": name, "short_name": short_name, "areas": areas,
        "parent": parent, "email": f"van-thu@{code}.yenbai.example",
    }  # fmt: skip


def _successor(subject: str, of: str, group: str, *to: str) -> Row:
    return {"subject": subject, "of": of, "group": group, "to": " ".join(to)}


def _with_contacts(tables: Tables, first: int) -> Tables:
    """With sample telephones and officers for the new agencies, counted from `first` on."""
    officers = tables["officers"] = []
    new = (row for row in tables["agencies"] if row["change"] == "new")
    for number, row in enumerate(new, start=first):
        row["phone"] = f"{OFFICE_PHONES}{number:06}"
        for place, (role, mailbox) in enumerate(ROLES):
            person = 3 * number + place
            officers.append(
                {
                    "agency": row["code"], "role": role, "name": f"Cán bộ mẫu {person:04}",
                    "email": f"{mailbox}@{row['code']}.yenbai.example", "phone": f"{OFFICER_PHONES}{person:06}",
                }
            )  # fmt: skip
    return tables


def main() -> None:
    """Write both folders."""
    for day, tables in ((MARCH, march()), (JULY, july())):
        (REFORMS / day).mkdir(exist_ok=True)
        for name, rows in tables.items():
            with (REFORMS / day / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, FIELDS[name], lineterminator="\n", restval="")
                writer.writeheader()
                writer.writerows(rows)
            print(f"{day} {name}: {len(rows)}")


if __name__ == "__main__":
    main()
