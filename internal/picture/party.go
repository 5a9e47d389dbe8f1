package picture

// Party is whose numbers are drawn: its name, its colour (N from 1 to 8; 0 for nobody's) and its mark, one of
// portsmouth.Marks; without a mark it has the one that goes with its colour.
type Party struct {
	Name string
	N    int
	Mark string
}

// marks are in the order of the colours they go with.
var marks = []string{"square", "triangle", "circle", "diamond", "hexagon", "star", "cross", "drop"}

// shape is the outline of the party's mark around 0 0, some 14 wide.
func (p Party) shape() string {
	mark := p.Mark
	if mark == "" && p.N > 0 {
		mark = marks[(p.N-1)%len(marks)]
	}
	switch mark {
	case "triangle":
		return "M0 -6.5 7 6H-7Z"
	case "circle":
		return "M-6.5 0A6.5 6.5 0 1 1 6.5 0A6.5 6.5 0 1 1 -6.5 0Z"
	case "diamond":
		return "M0 -7.2 7.2 0 0 7.2 -7.2 0Z"
	case "hexagon":
		return "M-3.6 -6.2H3.6L7.2 0 3.6 6.2H-3.6L-7.2 0Z"
	case "star":
		return "M0 -7.2 2.1 -2.3 7.4 -1.8 3.4 1.7 4.6 6.9 0 4.1 -4.6 6.9 -3.4 1.7 -7.4 -1.8 -2.1 -2.3Z"
	case "cross":
		return "M-2.5 -6.5H2.5V-2.5H6.5V2.5H2.5V6.5H-2.5V2.5H-6.5V-2.5H-2.5Z"
	case "drop":
		return "M0 -7.2C3 -3.2 5 -1 5 1.8A5 5 0 0 1 -5 1.8C-5 -1 -3 -3.2 0 -7.2Z"
	}
	return "M-6 -6H6V6H-6Z"
}

// glyphs are the marks as a terminal has them.
var glyphs = map[string]string{
	"square": "■", "triangle": "▲", "circle": "●", "diamond": "◆", "hexagon": "⬢", "star": "★", "cross": "✚", "drop": "⬮",
}

// Glyph returns the party's mark as one character.
func (p Party) Glyph() string {
	if g := glyphs[p.Mark]; g != "" {
		return g
	}
	if p.N > 0 {
		return glyphs[marks[(p.N-1)%len(marks)]]
	}
	return "·"
}
