package store_test

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A disk that loses its power keeps what was synced and any part of the rest. The model: a file is what its last fsync that
// began after a write has made certain, and the writes and truncations since, of which any may be missing, whole or by
// sectors of 512 bytes. A name in the folder, made or removed, is certain when the folder was synced; of the rest the disk
// keeps a beginning. The shared memory of SQLite (-shm) is never read after a crash, so it is left out.

// diskCalls are what strace watches. A question mark: not every machine has it.
const diskCalls = "trace=pwrite64,write,fsync,fdatasync,ftruncate,?unlink,unlinkat,?rename,?renameat,renameat2,pwritev,writev"

// diskEvent is one call that has happened.
type diskEvent struct {
	call  string
	file  string // its name in the folder, "." for the folder, acks for standard output
	at    int64  // where a write begins, or how long a file becomes
	data  []byte
	began int // how many events had happened when it began
}

var (
	diskLine    = regexp.MustCompile(`^(\d+) +(\w+)\((.*)$`)
	diskResumed = regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)
	diskResult  = regexp.MustCompile(`\) += (-?\d+)`)
	diskPath    = regexp.MustCompile(`^\d+<([^>]*)>(\(deleted\))?`)
	diskText    = regexp.MustCompile(`"([^"]*)"`)
	diskNumber  = regexp.MustCompile(`, (\d+)\)`)
)

// readDisk reads what strace -f -y -xx wrote of a run in a folder.
func readDisk(log io.Reader, folder string) ([]diskEvent, error) {
	type half struct {
		call, args string
		began      int
	}
	var events []diskEvent
	started := map[string]half{}
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var whole half
		pid := ""
		if m := diskResumed.FindStringSubmatch(lines.Text()); m != nil {
			pid, whole = m[1], started[m[1]]
			whole.args += m[2]
			delete(started, pid)
		} else if m := diskLine.FindStringSubmatch(lines.Text()); m != nil {
			pid, whole = m[1], half{m[2], m[3], len(events)}
		}
		if args, unfinished := strings.CutSuffix(whole.args, " <unfinished ...>"); unfinished {
			started[pid] = half{whole.call, args, len(events)}
			continue
		}
		if whole.call == "" {
			continue
		}
		e, err := readCall(whole.call, whole.args, folder)
		if err != nil {
			return nil, fmt.Errorf("%w: %.200s", err, lines.Text())
		}
		if e.file != "" {
			e.began = whole.began
			events = append(events, e)
		}
	}
	return events, lines.Err()
}

// readCall reads one call. The file is empty when it is none of ours or nothing happened.
func readCall(call, args, folder string) (e diskEvent, err error) {
	path, result := diskPath.FindStringSubmatch(args), diskResult.FindAllStringSubmatch(args, -1)
	text := diskText.FindStringSubmatch(args)
	named := text
	if path != nil {
		named = path
	}
	if named == nil || result == nil || result[len(result)-1][1] == "-1" || (path != nil && path[2] != "") {
		return e, nil
	}
	name, err := unhex(named[1])
	if err != nil {
		return e, err
	}
	in, err := filepath.Rel(folder, string(name))
	if err != nil || strings.HasPrefix(in, "..") || strings.HasSuffix(in, "-shm") || in == "calls" {
		return e, nil
	}
	e = diskEvent{call: call, file: in}
	if number := diskNumber.FindAllStringSubmatch(args, -1); number != nil {
		if e.at, err = strconv.ParseInt(number[len(number)-1][1], 10, 64); err != nil {
			return e, err
		}
	}
	switch call {
	case "pwrite64", "write":
		if e.data, err = unhex(text[1]); err == nil && strconv.Itoa(len(e.data)) != result[len(result)-1][1] {
			err = fmt.Errorf("%d bytes of a write are known", len(e.data))
		}
	case "fsync", "fdatasync", "ftruncate", "unlink", "unlinkat":
	default:
		err = fmt.Errorf("%s is not in the model of the disk", call)
	}
	return e, err
}

func unhex(s string) ([]byte, error) { return hex.DecodeString(strings.ReplaceAll(s, `\x`, "")) }

// disk is what is known of the files after some events.
type disk struct {
	names   map[string]*diskFile // as the program sees them
	certain map[string]*diskFile // as the folder was last synced
	renamed []func(map[string]*diskFile)
	acks    []byte
	seen    int // events
}

type diskFile struct {
	certain []byte
	pending []diskEvent // began: its number
}

func newDisk() *disk {
	return &disk{names: map[string]*diskFile{}, certain: map[string]*diskFile{}}
}

// do lets an event happen.
func (d *disk) do(e diskEvent) {
	began := e.began
	e.began = d.seen
	d.seen++
	switch {
	case e.file == "acks":
		d.acks = append(d.acks, e.data...)
	case e.file == ".":
		for _, change := range d.renamed {
			change(d.certain)
		}
		d.renamed = nil
	case strings.HasPrefix(e.call, "unlink"):
		d.rename(func(names map[string]*diskFile) { delete(names, e.file) })
	case strings.HasPrefix(e.call, "f") && e.call != "ftruncate":
		d.file(e.file).sync(began)
	default:
		f := d.file(e.file)
		f.pending = append(f.pending, e)
	}
}

func (d *disk) rename(change func(map[string]*diskFile)) {
	change(d.names)
	d.renamed = append(d.renamed, change)
}

// file returns a file, which is made where there is none.
func (d *disk) file(name string) *diskFile {
	if d.names[name] == nil {
		f := &diskFile{}
		d.rename(func(names map[string]*diskFile) { names[name] = f })
	}
	return d.names[name]
}

// sync makes certain what had happened when the call began.
func (f *diskFile) sync(began int) {
	for len(f.pending) > 0 && f.pending[0].began < began {
		f.certain = f.pending[0].onto(f.certain, nil)
		f.pending = f.pending[1:]
	}
}

const diskSector = 512

// onto returns the content of a file after a write or truncation, of which only those sectors are kept that keep says.
func (e *diskEvent) onto(content []byte, keep func() bool) []byte {
	if e.call == "ftruncate" {
		if grow := int(e.at) - len(content); grow > 0 {
			content = append(content, make([]byte, grow)...)
		}
		return content[:e.at]
	}
	for from := 0; from < len(e.data); {
		at := int(e.at) + from
		n := min(len(e.data)-from, diskSector-at%diskSector)
		if keep == nil || keep() {
			if grow := at + n - len(content); grow > 0 {
				content = append(content, make([]byte, grow)...)
			}
			copy(content[at:], e.data[from:from+n])
		}
		from += n
	}
	return content
}

// after draws what a power failure leaves of the file.
func (f *diskFile) after(chance *rand.Rand) []byte {
	content, coin := slices.Clone(f.certain), func() bool { return chance.IntN(2) == 0 }
	kind, first := chance.IntN(5), chance.IntN(len(f.pending)+1)
	for n, e := range f.pending {
		switch kind {
		case 0: // nothing
		case 1: // everything
			content = e.onto(content, nil)
		case 2: // a beginning
			if n < first {
				content = e.onto(content, nil)
			}
		case 3: // some calls
			if coin() {
				content = e.onto(content, nil)
			}
		default: // some sectors
			if e.call != "ftruncate" || coin() {
				content = e.onto(content, coin)
			}
		}
	}
	return content
}

// leave writes into an empty folder what a power failure now leaves there, and reports whether anything was lost by it.
func (d *disk) leave(folder string, chance *rand.Rand) (bool, error) {
	names := maps.Clone(d.certain)
	kept := chance.IntN(len(d.renamed) + 1)
	for _, change := range d.renamed[:kept] {
		change(names)
	}
	uncertain := len(d.renamed) > 0
	for _, name := range slices.Sorted(maps.Keys(names)) {
		f := names[name]
		uncertain = uncertain || len(f.pending) > 0
		if err := os.WriteFile(filepath.Join(folder, name), f.after(chance), 0o600); err != nil {
			return false, err
		}
	}
	return uncertain, nil
}
