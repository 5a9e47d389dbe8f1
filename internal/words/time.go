package words

import (
	"strconv"
	"time"
)

// Date writes a day: "23 August 1905".
func (p Printer) Date(t time.Time) string {
	t = t.In(p.zone)
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = p.T("time.first")
	}
	return p.T("time.date", "day", day, "month", p.month(t), "year", strconv.Itoa(t.Year()))
}

// Day writes a day without its year: "23 Aug".
func (p Printer) Day(t time.Time) string {
	t = t.In(p.zone)
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = p.T("time.first")
	}
	return p.T("time.day", "day", day, "month", p.T("time.short-month-"+strconv.Itoa(int(t.Month()))))
}

// Clock writes a time of day: "11:05".
func (p Printer) Clock(t time.Time) string { return t.In(p.zone).Format("15:04") }

// DateTime writes a day and a time: "23 August 1905, 11:05".
func (p Printer) DateTime(t time.Time) string {
	return p.T("time.date-time", "date", p.Date(t), "time", p.Clock(t))
}

// Moment writes a day without its year and a time: "23 Aug, 11:05".
func (p Printer) Moment(t time.Time) string {
	return p.T("time.date-time", "date", p.Day(t), "time", p.Clock(t))
}

// Until says how far t is from now, in the largest unit that is not too coarse: "in 3 days", "5 minutes ago".
func (p Printer) Until(t, now time.Time) string {
	d := t.Sub(now)
	direction := "time.in"
	if d < 0 {
		d, direction = -d, "time.ago"
	}
	if d < time.Minute {
		return p.T("time.now")
	}
	return p.T(direction, "span", p.Span(d))
}

// Span writes a length of time, in the largest unit that is not too coarse: "3 days".
func (p Printer) Span(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return p.T("time.minutes", "count", int(d/time.Minute))
	case d < 48*time.Hour:
		return p.T("time.hours", "count", int(d/time.Hour))
	}
	return p.T("time.days", "count", int(d/(24*time.Hour)))
}

// Offset names the printer's zone at t: "UTC+9", "UTC−4:30".
func (p Printer) Offset(t time.Time) string {
	_, seconds := t.In(p.zone).Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	s := "UTC" + sign + strconv.Itoa(seconds/3600)
	if m := seconds / 60 % 60; m != 0 {
		s += ":" + strconv.Itoa(100 + m)[1:]
	}
	return s
}

func (p Printer) month(t time.Time) string { return p.T("time.month-" + strconv.Itoa(int(t.Month()))) }
