"""What software says to the staff of the operations centre alone; part of WORDS (words.py)."""

from collections.abc import Mapping

STAFF_WORDS: Mapping[str, tuple[str, str]] = {
    "error.version": (
        "Có người đã thay đổi mục này (nay là phiên bản {version}). Vui lòng xem lại rồi lưu tiếp.",
        "Somebody has changed this (version {version} now). Please look again before you save.",
    ),
    "error.directory_race": (
        "Nhiều người đang cùng sửa danh mục. Vui lòng lưu lại sau ít giây.",
        "Several people are changing the directory right now. Please save again in a few seconds.",
    ),
    "error.changes_later": (
        "Đã có thay đổi định sẵn cho ngày sau đó; hãy sửa thay đổi ấy trước.",
        "A later change is planned already; please change that one first.",
    ),
    "error.channel_ref_reused": (
        "Số này của kênh tiếp nhận đã được nhập cho một nội dung khác.",
        "This number of the channel was entered for another matter.",
    ),
    "field.day_range": ("phải từ hôm nay đến ba năm tới", "must be from today to three years ahead"),
    "field.agency_kind": ("không có loại cơ quan này", "there is no such kind of agency"),
    "field.step_twice": ("có bước lặp lại", "has a step twice"),
    "field.step_unserved": (
        "chưa có cơ quan loại {kind} nào phụ trách địa bàn cấp {level}, nên bước này không tìm thấy ai",
        "no agency of kind {kind} serves an area of level {level}, so this step finds nobody",
    ),
    "field.area_twice": ("có địa bàn lặp lại", "has an area twice"),
    "field.served_twice": (
        "địa bàn {area} đã có cơ quan {agency} cùng loại phụ trách",
        "the area {area} is served by {agency}, an agency of the same kind, already",
    ),
    "field.head_missing": ("cần có người đứng đầu", "must name the head"),
    "field.office_phone": ("phải là số điện thoại Việt Nam", "must be a Vietnamese telephone number"),
    "field.open_cases": (
        "còn {count} phản ánh (đếm đến 100) đang chờ ở cơ quan này",
        "{count} cases (counted up to 100) still wait at this agency",
    ),
    "field.agencies_below": (
        "còn {count} cơ quan trực thuộc: {agencies}",
        "{count} agencies stand below it still: {agencies}",
    ),
    "field.sheet_encoding": (
        "phải là UTF-8 (có hoặc không có BOM); khi lưu trong Excel, chọn “CSV UTF-8”",
        "must be UTF-8 (with or without BOM); in Excel save it as “CSV UTF-8”",
    ),
    "field.sheet_empty": ("không có dòng nào", "has no lines"),
    "field.sheet_long": ("có tối đa {most} dòng", "has at most {most} rows"),
    "field.sheet_broken": (
        "không đọc được từ dòng {line}: dấu ngoặc kép chưa đúng",
        "cannot be read from line {line} on: its quotation marks do not match",
    ),
    "field.sheet_unknown": ("có cột không dùng: {columns}", "has columns not known here: {columns}"),
    "field.sheet_missing": ("thiếu cột: {columns}", "lacks the columns: {columns}"),
    "field.sheet_repeated": ("có cột lặp lại: {columns}", "has columns twice: {columns}"),
}
