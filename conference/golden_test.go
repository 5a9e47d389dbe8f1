package conference_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"portsmouth/conference"
)

// TestGoldenEvents: an event that was once stored is read for ever, and would be stored in the same bytes. The files are
// never edited. A field that is new needs a further file, which -update writes.
func TestGoldenEvents(t *testing.T) {
	for _, kind := range conference.Kinds() {
		t.Run(kind, func(t *testing.T) {
			held := map[string]bool{}
			for n := 1; ; n++ {
				name := golden(kind, n)
				data, err := os.ReadFile(name)
				if errors.Is(err, fs.ErrNotExist) {
					wantAllFields(t, kind, name, held)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				holds(t, name, data, held)
			}
		})
	}
}

func golden(kind string, n int) string {
	if n == 1 {
		return filepath.Join("testdata", "events", kind+".json")
	}
	return filepath.Join("testdata", "events", fmt.Sprintf("%s-%d.json", kind, n))
}

// holds reads a golden file, and notes the fields it fills.
func holds(t *testing.T, name string, data []byte, held map[string]bool) {
	t.Helper()
	e, err := conference.DecodeEvent(data)
	if err != nil {
		t.Fatalf("%s can no longer be read: %v", name, err)
	}
	_, again, err := conference.EncodeEvent(e)
	if err != nil {
		t.Fatal(err)
	}
	if string(again)+"\n" != string(data) {
		t.Errorf("%s would now be stored as\n%s\nnot as\n%s", name, again, data)
	}
	body := reflect.ValueOf(e.Body)
	for k := range body.NumField() {
		if !body.Field(k).IsZero() {
			held[body.Type().Field(k).Name] = true
		}
	}
}

// wantAllFields wants every field of the kind in some golden file, and with -update writes one in which all are full.
func wantAllFields(t *testing.T, kind, name string, held map[string]bool) {
	t.Helper()
	e, err := conference.DecodeEvent([]byte(`{"id":"0123456789abcdef0123456789abcdef","at":-2028531180000,"by":"a-person","party":"north","role":"head","to":"plenary","kind":"` + kind + `","v":1,"body":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	body := reflect.New(reflect.TypeOf(e.Body)).Elem()
	missing := len(held) == 0
	for k := range body.NumField() {
		missing = missing || !held[body.Type().Field(k).Name]
	}
	if !missing {
		return
	}
	if !*update {
		t.Fatalf("no golden file holds every field of %s; -update writes %s", kind, name)
	}
	fill(body)
	e.Body = body.Interface().(conference.Body)
	_, data, err := conference.EncodeEvent(e)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fill puts something into every field.
func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(1905, time.September, 5, 20, 47, 0, 0, time.UTC)))
		return
	case json.RawMessage:
		v.SetBytes([]byte(`{"any":1}`))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint8:
		v.SetUint(42)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key)
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for k := range v.NumField() {
			fill(v.Field(k))
		}
	default:
		panic("no golden value for " + v.Type().String())
	}
}
