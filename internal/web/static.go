package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"portsmouth/internal/picture"
)

//go:embed static
var staticFiles embed.FS

// staticPrefix is where the files are. After it comes a digest of all of them, so that browsers may keep them for ever.
const staticPrefix = "/static/"

// static serves the files that come with the program: style, script, letters.
type static struct {
	version string
	files   map[string]staticFile
}

type staticFile struct {
	kind           string
	plain, squeeze []byte // squeeze is nil where it gains nothing
}

func loadStatic() static {
	s := static{files: map[string]staticFile{}}
	digest := sha256.New()
	add := func(name string, data []byte) {
		digest.Write([]byte(name))
		digest.Write(data)
		s.files[strings.TrimPrefix(name, "static/")] = prepare(name, data)
	}
	add("static/picture.css", []byte("@layer conference {\n"+picture.Style+"}\n"))
	// The files are part of the program: walking them cannot fail.
	_ = fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		add(name, data)
		return nil
	})
	s.version = hex.EncodeToString(digest.Sum(nil)[:6])
	return s
}

func prepare(name string, data []byte) staticFile {
	f := staticFile{kind: kindOfFile(name), plain: data}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a valid one
	_, _ = z.Write(data)                                  // a buffer takes everything
	_ = z.Close()
	if b.Len() < len(data)*9/10 {
		f.squeeze = b.Bytes()
	}
	return f
}

// kindOfFile does not ask the machine, whose answer would differ from place to place.
func kindOfFile(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".svg":
		return "image/svg+xml; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func (s static) address(name string) string { return staticPrefix + s.version + "/" + name }

// ServeHTTP serves a file.
func (s static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, staticPrefix), "/")
	f, found := s.files[name]
	if !found {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	data := f.plain
	if f.squeeze != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			data = f.squeeze
		}
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}
