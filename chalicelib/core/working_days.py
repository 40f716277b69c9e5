"""Days off on weekdays and make-up Saturdays; made by infra/seed/working_days.py from its calendar.csv."""

FIRST_YEAR = 2023
LAST_YEAR = 2030

DAYS_OFF = (
    "2023-01-02",  # Nghỉ bù Tết Dương lịch
    "2023-01-20",  # Tết Quý Mão (nghỉ 20–26/1)
    "2023-01-23",  # Tết Quý Mão (nghỉ 20–26/1)
    "2023-01-24",  # Tết Quý Mão (nghỉ 20–26/1)
    "2023-01-25",  # Tết Quý Mão (nghỉ 20–26/1)
    "2023-01-26",  # Tết Quý Mão (nghỉ 20–26/1)
    "2023-05-01",  # Quốc tế Lao động
    "2023-05-02",  # Nghỉ bù Giỗ Tổ (29/4 thứ Bảy)
    "2023-05-03",  # Nghỉ bù 30/4 (Chủ nhật)
    "2023-09-01",  # Quốc khánh (ngày liền kề)
    "2023-09-04",  # Nghỉ bù 2/9 (thứ Bảy)
    "2024-01-01",  # Tết Dương lịch
    "2024-02-08",  # Tết Giáp Thìn (nghỉ 8–14/2)
    "2024-02-09",  # Tết Giáp Thìn (nghỉ 8–14/2)
    "2024-02-12",  # Tết Giáp Thìn (nghỉ 8–14/2)
    "2024-02-13",  # Tết Giáp Thìn (nghỉ 8–14/2)
    "2024-02-14",  # Tết Giáp Thìn (nghỉ 8–14/2)
    "2024-04-18",  # Giỗ Tổ Hùng Vương
    "2024-04-29",  # Hoán đổi
    "2024-04-30",  # Ngày Chiến thắng
    "2024-05-01",  # Quốc tế Lao động
    "2024-09-02",  # Quốc khánh
    "2024-09-03",  # Quốc khánh (ngày liền kề)
    "2025-01-01",  # Tết Dương lịch
    "2025-01-27",  # Tết Ất Tỵ (nghỉ 25/1–2/2)
    "2025-01-28",  # Tết Ất Tỵ (nghỉ 25/1–2/2)
    "2025-01-29",  # Tết Ất Tỵ (nghỉ 25/1–2/2)
    "2025-01-30",  # Tết Ất Tỵ (nghỉ 25/1–2/2)
    "2025-01-31",  # Tết Ất Tỵ (nghỉ 25/1–2/2)
    "2025-04-07",  # Giỗ Tổ Hùng Vương
    "2025-04-30",  # Ngày Chiến thắng
    "2025-05-01",  # Quốc tế Lao động
    "2025-05-02",  # Hoán đổi
    "2025-09-01",  # Quốc khánh (ngày liền kề)
    "2025-09-02",  # Quốc khánh
    "2026-01-01",  # Tết Dương lịch
    "2026-01-02",  # Hoán đổi
    "2026-02-16",  # Tết Bính Ngọ (nghỉ 14–22/2)
    "2026-02-17",  # Tết Bính Ngọ (nghỉ 14–22/2)
    "2026-02-18",  # Tết Bính Ngọ (nghỉ 14–22/2)
    "2026-02-19",  # Tết Bính Ngọ (nghỉ 14–22/2)
    "2026-02-20",  # Tết Bính Ngọ (nghỉ 14–22/2)
    "2026-04-27",  # Nghỉ bù Giỗ Tổ (26/4 Chủ nhật)
    "2026-04-30",  # Ngày Chiến thắng
    "2026-05-01",  # Quốc tế Lao động
    "2026-08-31",  # Hoán đổi
    "2026-09-01",  # Quốc khánh (ngày liền kề)
    "2026-09-02",  # Quốc khánh
    "2026-11-24",  # Ngày Văn hóa Việt Nam
    "2027-01-01",  # Tết Dương lịch
    "2027-02-04",  # Tết Đinh Mùi (nếu nghỉ 4–10/2)
    "2027-02-05",  # Giao thừa Đinh Mùi
    "2027-02-08",  # Mùng ba
    "2027-02-09",  # Mùng bốn / nghỉ bù
    "2027-02-10",  # Nghỉ bù (4–10/2 hoặc 5–11/2)
    "2027-04-16",  # Giỗ Tổ Hùng Vương
    "2027-04-30",  # Ngày Chiến thắng
    "2027-05-03",  # Nghỉ bù 1/5 (thứ Bảy)
    "2027-09-02",  # Quốc khánh
    "2027-09-03",  # Quốc khánh (ngày liền kề, dự kiến)
    "2027-11-24",  # Ngày Văn hóa Việt Nam
    "2028-01-03",  # Tết Dương lịch (nghỉ bù)
    "2028-01-24",  # 29 Tết
    "2028-01-25",  # Giao thừa Tết Nguyên Đán
    "2028-01-26",  # Tết Nguyên Đán
    "2028-01-27",  # Mùng hai Tết Nguyên Đán
    "2028-01-28",  # Mùng ba Tết Nguyên Đán
    "2028-04-04",  # Ngày Giỗ Tổ Hùng Vương
    "2028-05-01",  # Ngày Quốc tế Lao động
    "2028-05-02",  # Ngày Chiến thắng (nghỉ bù)
    "2028-09-01",  # Quốc khánh
    "2028-09-04",  # Quốc khánh (nghỉ bù)
    "2028-11-24",  # Ngày Văn hóa Việt Nam
    "2029-01-01",  # Tết Dương lịch
    "2029-02-12",  # Giao thừa Tết Nguyên Đán
    "2029-02-13",  # Tết Nguyên Đán
    "2029-02-14",  # Mùng hai Tết Nguyên Đán
    "2029-02-15",  # Mùng ba Tết Nguyên Đán
    "2029-02-16",  # Mùng bốn Tết Nguyên Đán
    "2029-04-23",  # Ngày Giỗ Tổ Hùng Vương
    "2029-04-30",  # Ngày Chiến thắng
    "2029-05-01",  # Ngày Quốc tế Lao động
    "2029-09-03",  # Quốc khánh
    "2029-09-04",  # Quốc khánh (nghỉ bù)
    "2029-11-26",  # Ngày Văn hóa Việt Nam (nghỉ bù)
    "2030-01-01",  # Tết Dương lịch
    "2030-01-31",  # 29 Tết
    "2030-02-01",  # Giao thừa Tết Nguyên Đán
    "2030-02-04",  # Mùng ba Tết Nguyên Đán
    "2030-02-05",  # Mùng bốn Tết Nguyên Đán
    "2030-02-06",  # Mùng năm Tết Nguyên Đán
    "2030-04-12",  # Ngày Giỗ Tổ Hùng Vương
    "2030-04-30",  # Ngày Chiến thắng
    "2030-05-01",  # Ngày Quốc tế Lao động
    "2030-09-02",  # Quốc khánh
    "2030-09-03",  # Quốc khánh
    "2030-11-25",  # Ngày Văn hóa Việt Nam (nghỉ bù)
)

MAKE_UP_DAYS = (
    "2024-05-04",  # Làm bù thứ Bảy
    "2025-04-26",  # Làm bù thứ Bảy
    "2026-01-10",  # Làm bù thứ Bảy
    "2026-08-22",  # Làm bù thứ Bảy
)
