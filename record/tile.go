package record

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// The height of tiles, and how many hashes or entries a full one holds (tlog-tiles).
const (
	tileHeight = 8
	TileWidth  = 1 << tileHeight
)

// entriesLevel is the level of the tiles that hold entries and not hashes.
const entriesLevel = -1

// Tile names a file of up to 256 neighbouring hashes of one level, or of the entries under them. The hashes of level 0
// are those of the leaves, each hash of level 1 stands over 256 of level 0, and so on.
type Tile struct {
	Level int   // −1 for entries
	N     int64 // which of its level, from 0
	Width int   // how many hashes or entries, 1 to 256
}

// Entries reports whether the tile holds entries.
func (t Tile) Entries() bool { return t.Level == entriesLevel }

// First is the number of the first hash or entry of the tile in its level.
func (t Tile) First() int64 { return t.N * TileWidth }

// Path is where the tile is: "tile/0/000", "tile/entries/x001/234", and with a width under 256 "tile/0/000.p/17".
func (t Tile) Path() string {
	n := fmt.Sprintf("%03d", t.N%1000)
	for rest := t.N / 1000; rest > 0; rest /= 1000 {
		n = fmt.Sprintf("x%03d/%s", rest%1000, n)
	}
	level := "entries"
	if !t.Entries() {
		level = strconv.Itoa(t.Level)
	}
	path := "tile/" + level + "/" + n
	if t.Width < TileWidth {
		path += ".p/" + strconv.Itoa(t.Width)
	}
	return path
}

var tilePath = regexp.MustCompile(`^tile/(entries|[0-6])/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([0-9]{1,3}))?$`)

// ParseTile reads a path. Every tile has one path, so anything that Path would write otherwise is refused.
func ParseTile(path string) (Tile, bool) {
	m := tilePath.FindStringSubmatch(path)
	if m == nil {
		return Tile{}, false
	}
	t := Tile{Level: entriesLevel, Width: TileWidth}
	if m[1] != "entries" {
		t.Level = int(m[1][0] - '0')
	}
	for digits := range strings.SplitSeq(m[2], "/") {
		n, _ := strconv.ParseInt(strings.TrimPrefix(digits, "x"), 10, 64) // three digits, says the pattern
		t.N = t.N*1000 + n
	}
	if m[3] != "" {
		t.Width, _ = strconv.Atoi(m[3]) // as above
	}
	return t, t.Width > 0 && t.Width <= TileWidth && t.Path() == path
}

// Within reports whether a record of that size has the tile, in this width.
func (t Tile) Within(size int64) bool {
	return t.First()+int64(t.Width) <= size>>(tileHeight*max(t.Level, 0))
}

// Tiles lists the tiles of a record of that size, each in its greatest width: the files of a published directory.
func Tiles(size int64) []Tile {
	tiles := tilesOf(entriesLevel, size)
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		tiles = append(tiles, tilesOf(level, size>>(tileHeight*level))...)
	}
	return tiles
}

// tilesOf lists the tiles of a level that has count hashes or entries.
func tilesOf(level int, count int64) []Tile {
	var tiles []Tile
	for n := int64(0); n*TileWidth < count; n++ {
		tiles = append(tiles, Tile{Level: level, N: n, Width: int(min(TileWidth, count-n*TileWidth))})
	}
	return tiles
}

// Tile returns the content of a tile of hashes.
func (t *Tree) Tile(x Tile) ([]byte, error) {
	if x.Entries() || !x.Within(t.size) {
		return nil, fmt.Errorf("record: no hashes are in %s", x.Path())
	}
	return tlog.ReadTileData(tlog.Tile{H: tileHeight, L: x.Level, N: x.N, W: x.Width}, t)
}
