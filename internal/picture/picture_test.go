package picture

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

var (
	japan  = Party{Name: "Japan", N: 1, Mark: "circle"}
	russia = Party{Name: "Russia", N: 2, Mark: "triangle"}
)

func sample() *Frontier {
	f := &Frontier{
		Words: Words{Title: "The frontier", Desc: "What Japan and Russia can have together."},
		X:     Axis{Party: japan, Low: 0, High: 100, Floors: []Floor{{59.21, "no agreement is worth to Japan"}}},
		Y:     Axis{Party: russia, Low: 0, High: 100, Floors: []Floor{{71.38, "no agreement is worth to Russia"}}},
		Marked: []Marked{
			{At: XY{66.11, 71.38}, Badge: "a", Label: "treaty: what was signed", Value: "66.11, 71.38"},
			{At: XY{67.65, 72.92}, Badge: "N", Label: "Nash: the largest product of gains", Value: "67.65, 72.92", Fair: true},
			{At: XY{67.65, 72.92}, Badge: "E", Label: "Egalitarian: the largest least gain", Value: "67.65, 72.92", Fair: true},
		},
		Paths: []Path{
			{japan, "Japan's offers", []XY{{100, 1}, {92, 30}, {80, 52}, {66.11, 71.38}}},
			{russia, "Russia's offers", []XY{{2, 99}, {31, 93}, {60, 75}}},
		},
	}
	for k := range 120 {
		a := float64(k) / 119 * math.Pi / 2
		f.Points = append(f.Points, XY{1 + 99*math.Pow(math.Cos(a), 0.75), 1 + 99*math.Pow(math.Sin(a), 0.75)})
	}
	return f
}

func all() map[string]interface{ SVG(Form) []byte } {
	return map[string]interface{ SVG(Form) []byte }{
		"frontier": sample(),
		"strips": &Strips{
			Words: Words{Title: "Three parties", Desc: "What each package is worth to each."},
			Rows: []Strip{
				{Party: japan, High: 100, Points: []float64{20, 31, 33, 60, 80}, Floors: []Floor{{45, "no agreement"}}, Marks: []Pin{{60, "N", true}, {60, "K", true}, {62, "E", true}, {80, "a", false}}},
				{Party: russia, High: 100, Points: []float64{31, 33, 45, 47}, Marks: []Pin{{31, "N", true}, {31, "K", true}, {33, "E", true}, {47, "a", false}}},
			},
			Legend: []Marked{{Badge: "N", Label: "Nash", Value: "60, 31", Fair: true}},
		},
		"bars": &Bars{
			Words:  Words{Title: "Weights", Desc: "How much each issue weighs."},
			Groups: []Group{{"Sakhalin", []Bar{{japan, 16, "16 %"}, {russia, 24, "24 %"}}}, {"Payment & <costs>", []Bar{{japan, 0, "0"}, {russia, 30, "30 %"}}}},
		},
		"course": &Course{
			Words: Words{Title: "Concessions", Desc: "What each offer was worth to its author."}, High: 100, Unit: "points",
			Ticks: []Tick{{0, "10 August"}, {8, "18 August"}, {13, "23 August"}, {19, "29 August"}},
			Lines: []CourseLine{
				{japan, "Japan's offers, worth to Japan", []XY{{0, 100}, {8, 92}, {13, 80}, {19, 66.11}}, false},
				{russia, "Russia's offers, worth to Russia", []XY{{2, 99}, {8, 93}, {19, 75}}, false},
				{japan, "what no agreement is worth to Japan", []XY{{0, 73.39}, {18, 59.21}}, true},
			},
		},
	}
}

// TestSVG holds every picture to what the package promises: well-formed, said in words, no script, no style attribute.
func TestSVG(t *testing.T) {
	for name, p := range all() {
		for _, form := range []Form{Embedded, Standalone} {
			svg := string(p.SVG(form))
			checkXML(t, name, svg)
			for _, want := range []string{"<title id=", "<desc id=", `role="img"`, `viewBox="0 0 480 `} {
				if !strings.Contains(svg, want) {
					t.Errorf("%s: no %s", name, want)
				}
			}
			for _, no := range []string{"<script", " style=", "NaN", "Inf", "href"} {
				if strings.Contains(svg, no) {
					t.Errorf("%s: contains %s", name, no)
				}
			}
			if strings.Contains(svg, "<style>") != (form == Standalone) {
				t.Errorf("%s: a style sheet only in a file of its own", name)
			}
		}
		if dir := os.Getenv("PICTURES"); dir != "" {
			if err := os.WriteFile(dir+"/"+name+".svg", p.SVG(Standalone), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func checkXML(t *testing.T, name, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// TestHostileWords cannot leave their place.
func TestHostileWords(t *testing.T) {
	f := sample()
	f.Title = `"><script>alert(1)</script>`
	f.X.Name = "a\x00b\x1b]0;c</text>\xff"
	f.Marked[0].Label = strings.Repeat("<&", 4000)
	svg := string(f.SVG(Standalone))
	checkXML(t, "hostile", svg)
	if strings.Contains(svg, "<script") {
		t.Error("words became an element")
	}
}

// TestOddNumbers: nothing, one point, everything in one place, no numbers at all.
func TestOddNumbers(t *testing.T) {
	nan := math.NaN()
	for _, points := range [][]XY{nil, {{3, 3}}, {{0, 0}, {0, 0}}, {{nan, 1}, {math.Inf(1), 2}}, {{-1e17, 1e17}, {1e17, -1e17}}, {{0, 1e-12}, {1e-12, 0}}} {
		f := &Frontier{Points: points}
		checkXML(t, "odd", string(f.SVG(Embedded)))
		if f.Text(0, 0) == "" {
			t.Error("no text")
		}
	}
	s := &Strips{Rows: []Strip{{}, {Low: 1, High: 1, Points: []float64{1}, Marks: []Pin{{1, "N", true}}}}}
	checkXML(t, "odd", string(s.SVG(Embedded)))
	s.Text(1)
	checkXML(t, "odd", string((&Bars{}).SVG(Embedded)))
	checkXML(t, "odd", string((&Course{}).SVG(Embedded)))
}

// TestText: the picture in characters is as wide and high as it was asked to be and shows every badge.
func TestText(t *testing.T) {
	text := sample().Text(72, 24)
	t.Log("\n" + text)
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) != 24+1 {
		t.Errorf("%d lines", len(lines))
	}
	for _, l := range lines {
		if n := utf8.RuneCountInString(l); n > 72 {
			t.Errorf("%d columns: %s", n, l)
		}
	}
	for _, want := range []string{"NE", "a", "● Japan →", "▲ Russia ↑", "╎", "╌"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in the picture", want)
		}
	}
	strips := all()["strips"].(*Strips).Text(72)
	t.Log("\n" + strips)
	for _, want := range []string{"NK", "E", "┃", "━", "▲ Russia"} {
		if !strings.Contains(strips, want) {
			t.Errorf("no %s in the strips", want)
		}
	}
}

func TestScaleTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		first     string
		last      string
	}{{0, 100, "0", "100"}, {0.31, 0.97, "0.2", "1.0"}, {-5, 5, "-6", "6"}, {0, 1, "0.0", "1.0"}} {
		s := newScale(c.low, c.high, 0, 1, 5)
		if f, l := s.label(s.ticks[0]), s.label(s.ticks[len(s.ticks)-1]); f != c.first || l != c.last {
			t.Errorf("%v to %v: ticks from %s to %s, want %s to %s", c.low, c.high, f, l, c.first, c.last)
		}
	}
}

func TestBadges(t *testing.T) {
	b := Badges(28)
	if b[0] != "a" || b[25] != "z" || b[26] != "aa" || b[27] != "ab" {
		t.Error(b)
	}
}
