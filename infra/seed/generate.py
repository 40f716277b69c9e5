"""Makes data/agencies.csv and officers.csv from areas.csv and the tables below: `python -m infra.seed.generate`.

The offices are real, whoever works in them here is not: names, addresses and telephones are samples, counted through
in the order of the rows, so that the same input gives the same files.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.seed.data import DATA, Row, read

SINCE = "2023-01-01"
# Sample block +84 95x xxx xxx: 958 are offices, 959 officers; 950 to 957 are left to people in tests and demos.
OFFICE_PHONES, OFFICER_PHONES = "+84958", "+84959"
ROLES = (("head", "thu-truong"), ("focal", "dau-moi"), ("deputy", "du-phong"))
AGENCY_FIELDS = ("code", "kind", "name", "short_name", "areas", "parent", "email", "phone", "valid_from", "valid_to")
OFFICER_FIELDS = ("agency", "role", "name", "email", "phone", "valid_from", "valid_to")

PROVINCE = "15"
CITY, NGHIA_LO, LUC_YEN, VAN_YEN, TRAN_YEN, VAN_CHAN, YEN_BINH = "132", "133", "135", "136", "138", "140", "141"


@dataclass(frozen=True, slots=True)
class Office:
    """One agency before it gets sample contacts; `areas` are the codes of those it serves."""

    code: str
    kind: str
    name: str
    short_name: str
    parent: str = "ubnd-15"
    areas: tuple[str, ...] = (PROVINCE,)


# The provincial offices from January 2023 to January 2025, before departments were merged; parent is the superior or,
# for enterprises and vertical services, who watches over the matter in the province.
PROVINCIAL = (
    Office("ubnd-15", "committee", "Ủy ban nhân dân tỉnh Yên Bái", "UBND tỉnh Yên Bái", parent=""),
    Office("vp-ubnd-15", "office", "Văn phòng Ủy ban nhân dân tỉnh Yên Bái", "Văn phòng UBND tỉnh"),
    Office("tt-dhtm", "centre", "Trung tâm Điều hành thông minh tỉnh Yên Bái", "Trung tâm Điều hành thông minh"),
    Office(
        "tt-pvhcc", "one_stop", "Trung tâm Phục vụ hành chính công tỉnh Yên Bái", "Trung tâm PVHCC tỉnh", "vp-ubnd-15",
    ),
    Office("so-gtvt", "transport", "Sở Giao thông vận tải tỉnh Yên Bái", "Sở Giao thông vận tải"),
    Office("so-xay-dung", "construction", "Sở Xây dựng tỉnh Yên Bái", "Sở Xây dựng"),
    Office("so-tnmt", "environment", "Sở Tài nguyên và Môi trường tỉnh Yên Bái", "Sở Tài nguyên và Môi trường"),
    Office("so-nnptnt", "agriculture", "Sở Nông nghiệp và Phát triển nông thôn tỉnh Yên Bái", "Sở Nông nghiệp và PTNT"),
    Office("so-y-te", "health", "Sở Y tế tỉnh Yên Bái", "Sở Y tế"),
    Office("so-gddt", "education", "Sở Giáo dục và Đào tạo tỉnh Yên Bái", "Sở Giáo dục và Đào tạo"),
    Office("so-ldtbxh", "labour", "Sở Lao động - Thương binh và Xã hội tỉnh Yên Bái", "Sở Lao động - TB và XH"),
    Office("so-noi-vu", "home_affairs", "Sở Nội vụ tỉnh Yên Bái", "Sở Nội vụ"),
    Office("so-tttt", "information", "Sở Thông tin và Truyền thông tỉnh Yên Bái", "Sở Thông tin và Truyền thông"),
    Office("so-khdt", "planning", "Sở Kế hoạch và Đầu tư tỉnh Yên Bái", "Sở Kế hoạch và Đầu tư"),
    Office("so-tai-chinh", "finance", "Sở Tài chính tỉnh Yên Bái", "Sở Tài chính"),
    Office("so-cong-thuong", "industry", "Sở Công Thương tỉnh Yên Bái", "Sở Công Thương"),
    Office("so-vhttdl", "culture", "Sở Văn hóa, Thể thao và Du lịch tỉnh Yên Bái", "Sở Văn hóa, Thể thao và Du lịch"),
    Office("so-khcn", "science", "Sở Khoa học và Công nghệ tỉnh Yên Bái", "Sở Khoa học và Công nghệ"),
    Office("so-tu-phap", "justice", "Sở Tư pháp tỉnh Yên Bái", "Sở Tư pháp"),
    Office("thanh-tra-15", "inspectorate", "Thanh tra tỉnh Yên Bái", "Thanh tra tỉnh"),
    Office("ban-dan-toc", "ethnic_affairs", "Ban Dân tộc tỉnh Yên Bái", "Ban Dân tộc tỉnh"),
    Office("bql-kcn", "industrial_zones", "Ban Quản lý các khu công nghiệp tỉnh Yên Bái", "Ban Quản lý các KCN tỉnh"),
    Office("cc-kiem-lam", "forestry", "Chi cục Kiểm lâm tỉnh Yên Bái", "Chi cục Kiểm lâm", "so-nnptnt"),
    Office("cuc-qltt", "market", "Cục Quản lý thị trường tỉnh Yên Bái", "Cục Quản lý thị trường"),
    Office("cuc-thue", "tax", "Cục Thuế tỉnh Yên Bái", "Cục Thuế tỉnh"),
    Office("bhxh-15", "insurance", "Bảo hiểm xã hội tỉnh Yên Bái", "BHXH tỉnh Yên Bái"),
    Office("ca-15", "police", "Công an tỉnh Yên Bái", "Công an tỉnh Yên Bái"),
    Office(
        "ca-15-pc07", "fire",
        "Phòng Cảnh sát phòng cháy, chữa cháy và cứu nạn, cứu hộ - Công an tỉnh Yên Bái", "Phòng PC07 Công an tỉnh",
        "ca-15",
    ),
    Office(
        "ca-15-pc08", "traffic", "Phòng Cảnh sát giao thông - Công an tỉnh Yên Bái", "Phòng CSGT Công an tỉnh", "ca-15",
    ),
    Office("lm-htx", "cooperatives", "Liên minh Hợp tác xã tỉnh Yên Bái", "Liên minh Hợp tác xã tỉnh"),
    Office("dien-luc-15", "power", "Công ty Điện lực Yên Bái", "Công ty Điện lực Yên Bái", "so-cong-thuong"),
    Office(
        "cap-nuoc-yen-bai", "water", "Công ty cổ phần Cấp nước và Xây dựng Yên Bái", "Cấp nước và Xây dựng Yên Bái",
        "so-xay-dung", (CITY, LUC_YEN, VAN_YEN, TRAN_YEN, YEN_BINH),
    ),
    Office(
        "cap-nuoc-nghia-lo", "water", "Công ty cổ phần Cấp nước Nghĩa Lộ", "Cấp nước Nghĩa Lộ",
        "so-xay-dung", (NGHIA_LO, VAN_CHAN),
    ),
    Office(
        "tt-nuoc-sach", "rural_water", "Trung tâm Nước sạch và Vệ sinh môi trường nông thôn tỉnh Yên Bái",
        "Trung tâm Nước sạch và VSMTNT", "so-nnptnt",
    ),
    Office(
        "mt-do-thi", "waste", "Công ty cổ phần Môi trường và Công trình đô thị Yên Bái", "Môi trường đô thị Yên Bái",
        "so-xay-dung", (CITY,),
    ),
    Office("vnpt-15", "telecom", "VNPT Yên Bái", "VNPT Yên Bái", "so-tttt"),
    Office("viettel-15", "telecom", "Viettel Yên Bái", "Viettel Yên Bái", "so-tttt"),
    Office("mobifone-15", "telecom", "MobiFone tỉnh Yên Bái", "MobiFone Yên Bái", "so-tttt"),
)  # fmt: skip


def offices(areas: Iterable[Mapping[str, str]]) -> Iterator[Office]:
    """Every agency: those of the province, then those of each district and commune, in the order of `areas`."""
    yield from PROVINCIAL
    for area in areas:
        place, code, parent = area["name"][0].lower() + area["name"][1:], area["code"], area["parent"]
        if area["level"] == "province":
            continue
        own = (code,)
        yield Office(f"ubnd-{code}", "committee", f"Ủy ban nhân dân {place}", f"UBND {place}", f"ubnd-{parent}", own)
        yield Office(f"ca-{code}", "police", f"Công an {place}", f"Công an {place}", f"ca-{parent}", own)
        if area["level"] == "district":
            yield Office(f"ttyt-{code}", "health", f"Trung tâm Y tế {place}", f"TTYT {place}", "so-y-te", own)
            yield Office(f"dien-luc-{code}", "power", f"Điện lực {place}", f"Điện lực {place}", "dien-luc-15", own)


def agency_rows(all_offices: Iterable[Office]) -> Iterator[Row]:
    """The rows of agencies.csv."""
    for number, office in enumerate(all_offices, start=1):
        yield {
            "code": office.code,
            "kind": office.kind,
            "name": office.name,
            "short_name": office.short_name,
            "areas": " ".join(office.areas),
            "parent": office.parent,
            "email": f"van-thu@{office.code}.yenbai.example",
            "phone": f"{OFFICE_PHONES}{number:06}",
            "valid_from": SINCE,
            "valid_to": "",
        }


def officer_rows(all_offices: Iterable[Office]) -> Iterator[Row]:
    """The rows of officers.csv: a head, a focal officer and a deputy for each agency."""
    number = 0
    for office in all_offices:
        for role, mailbox in ROLES:
            number += 1
            yield {
                "agency": office.code,
                "role": role,
                "name": f"Cán bộ mẫu {number:04}",
                "email": f"{mailbox}@{office.code}.yenbai.example",
                "phone": f"{OFFICER_PHONES}{number:06}",
                "valid_from": SINCE,
                "valid_to": "",
            }


def write(path: Path, fields: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Write one table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write both tables."""
    found = tuple(offices(read("areas")))
    write(DATA / "agencies.csv", AGENCY_FIELDS, agency_rows(found))
    write(DATA / "officers.csv", OFFICER_FIELDS, officer_rows(found))
    print(f"{len(found)} agencies")


if __name__ == "__main__":
    main()
