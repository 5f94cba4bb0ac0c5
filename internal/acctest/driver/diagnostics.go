// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Diagnostic is an error or a warning of a walk.
type Diagnostic struct {
	Warning         bool
	Summary, Detail string
	// Address is the address of the block. Attribute is the path of the attribute in the block. Each of them can be empty.
	Address, Attribute string
}

// String returns the diagnostic in Terraform's format, without the frame and without wrapping lines.
func (d Diagnostic) String() string {
	text := "Error: " + d.Summary + "\n"
	if d.Warning {
		text = "Warning: " + d.Summary + "\n"
	}
	if d.Address != "" {
		text += "\n  with " + strings.TrimSuffix(d.Address+", "+d.Attribute, ", ") + "\n"
	}
	if d.Detail != "" {
		text += "\n" + d.Detail + "\n"
	}
	return text
}

// diagnostics collects diagnostics. It is safe for concurrent use.
type diagnostics struct {
	mu  sync.Mutex
	all []Diagnostic
}

// add adds the diagnostics that a provider returned for a block, and reports whether one of them is an error.
func (d *diagnostics) add(address string, reported []*tfprotov6.Diagnostic) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	failed := false
	for _, one := range reported {
		d.all = append(d.all, Diagnostic{
			Warning: one.Severity == tfprotov6.DiagnosticSeverityWarning,
			Summary: one.Summary, Detail: one.Detail, Address: address, Attribute: pathText(one),
		})
		failed = failed || one.Severity != tfprotov6.DiagnosticSeverityWarning
	}
	return failed
}

// fail adds an error of the driver for each fault, and reports whether there was a fault. If Terraform reports the same error,
// the parameter summary is Terraform's summary.
func (d *diagnostics) fail(address, summary string, faults ...string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, fault := range faults {
		d.all = append(d.all, Diagnostic{Summary: summary, Detail: fault, Address: address})
	}
	return len(faults) > 0
}

// failed adds the errors that are not nil, and reports whether there were any.
func (d *diagnostics) failed(address string, errs ...error) bool {
	failed := false
	for _, err := range errs {
		if err != nil {
			failed = d.fail(address, err.Error(), "")
		}
	}
	return failed
}

// check is like failed, but ends the goroutine of the operation if there was an error, as testing.T.FailNow does for a test.
func (d *diagnostics) check(address string, errs ...error) {
	if d.failed(address, errs...) {
		runtime.Goexit()
	}
}

// refuse is like fail, but ends the goroutine of the operation if there was an error.
func (d *diagnostics) refuse(address, summary string, faults ...string) {
	if d.fail(address, summary, faults...) {
		runtime.Goexit()
	}
}

// pathText returns the path of a diagnostic, such as "labels.a".
func pathText(d *tfprotov6.Diagnostic) string {
	if d.Attribute == nil {
		return ""
	}
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(d.Attribute.Steps()), "[]"), " ", ".")
}

// Result is the result of a command.
type Result struct {
	Diagnostics []Diagnostic
	// Plan is nil if planning failed.
	Plan *Plan
	// Progress has the progress messages of actions.
	Progress []string
}

// failure returns the result of a command that could not start.
func failure(err error) *Result {
	var all diagnostics
	all.failed("", err)
	return &Result{Diagnostics: all.all}
}

// Err returns all errors as one error, or nil.
func (r *Result) Err() error {
	var texts []string
	for _, d := range r.Diagnostics {
		if !d.Warning {
			texts = append(texts, d.String())
		}
	}
	if texts == nil {
		return nil
	}
	return errors.New(strings.Join(texts, "\n"))
}

// Text returns the text of all diagnostics.
func (r *Result) Text() string {
	var text strings.Builder
	for _, d := range r.Diagnostics {
		text.WriteString(d.String() + "\n")
	}
	return text.String()
}
