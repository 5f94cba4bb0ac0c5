// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// APIError is the interface of the error types of all clients.
type APIError interface {
	error
	// HTTPStatus returns the status of the response. It returns 0 if there is no response.
	HTTPStatus() int
	// CredentialsRefused reports whether the service rejected the credentials.
	CredentialsRefused() bool
	// IsUnexpected reports whether the response does not come from the service, but for example from a proxy.
	IsUnexpected() bool
	// Refused reports whether the response has status 500, but contains a reason for which the service refused the request.
	Refused() bool
	// Setting returns the full name of a setting in the provider configuration. For example, for "endpoint" it returns
	// "h2ogpte.endpoint". For EGS, it returns "endpoint", because the settings of EGS are at the top level.
	Setting(name string) string
}

// FromError returns the error diagnostic of a failed operation. The parameter summary names the operation, for example "Unable
// to create EGS API key". The parameter object names the affected object.
func FromError(summary, object string, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summary, detail(object, err))
}

// Failed is like FromError, but returns diagnostics that contain only the error.
func Failed(summary, object string, err error) diag.Diagnostics {
	return diag.Diagnostics{FromError(summary, object, err)}
}

// WarningFromError is like FromError, but returns a warning. Use it for an error that does not stop the operation.
func WarningFromError(summary, object string, err error) diag.Diagnostic {
	return diag.NewWarningDiagnostic(summary, detail(object, err))
}

// ExpiryUnknownError returns the error for a key whose expiry date the provider cannot compute, because the current time is
// unknown. The parameter skew is an apiclient.SkewError.
func ExpiryUnknownError(summary, object string, skew error) diag.Diagnostic {
	return FromError(summary, object+", whose expiry depends on the current time", skew)
}

// RenewalUnknownWarning returns a warning if err is an apiclient.SkewError: the current time is unknown, so the refresh cannot
// decide whether keys are due for renewal. Later calls for the same service return no warning. If err is another error,
// RenewalUnknownWarning returns nothing.
func RenewalUnknownWarning(err error) (diags diag.Diagnostics) {
	if skew, ok := errors.AsType[*apiclient.SkewError](err); ok && skew.First() {
		diags.Append(WarningFromError("The clocks of "+skew.Service+" and of this machine differ",
			"The provider does not update ready_for_renewal and does not warn about keys that expire", err))
	}
	return diags
}

func detail(object string, err error) string {
	detail := Printable(object + ": " + apiclient.Sentence(err.Error()))
	if next := advice(err); next != "" {
		detail += "\n\n" + next
	}
	return detail
}

// Printable makes text from a service safe for one line of a terminal: see transport.Printable.
func Printable(text string) string { return transport.Printable(text) }

// advice returns what the user should do next. It returns "" if there is no advice for the error.
func advice(err error) string {
	if errors.Is(err, context.Canceled) {
		return ""
	}
	if _, ok := errors.AsType[*apiclient.SkewError](err); ok {
		return "Correct the clock that is wrong. To trust the clock of the service anyway, set the provider's max_clock_skew, or the " +
			"environment variable EGS_MAX_CLOCK_SKEW, to a longer duration, or to 0 to allow any difference."
	}
	if errors.Is(err, apiclient.ErrOtherSecret) {
		return "Nothing was changed or deleted. Run terraform apply -refresh-only, which reads the correct secret if the service lists it. " +
			"Otherwise, remove the resource from the state (terraform state rm ADDRESS) and import the key by its id."
	}
	var api APIError
	isAPI := errors.As(err, &api)
	endpoint := Named("endpoint")
	if isAPI {
		endpoint = Named(api.Setting("endpoint"))
	}
	if errors.Is(err, apiclient.ErrListTooLarge) {
		return "If the service has that many objects, increase the provider's max_list_size_mib (or EGS_MAX_LIST_SIZE_MIB). Otherwise, check " +
			"the provider's " + endpoint + "."
	}
	if errors.Is(err, apiclient.ErrInvalidParameter) {
		return "The state does not contain the secret or id. Run terraform apply -refresh-only to read it from the service, then apply again."
	}
	if _, ok := errors.AsType[*transport.Error](err); ok || transport.IsCertificate(err) {
		return connectionAdvice(err, endpoint)
	}
	if !isAPI {
		return ""
	}
	status := api.HTTPStatus()
	switch {
	case status == http.StatusProxyAuthRequired:
		return proxyAdvice
	case api.IsUnexpected():
		return "Check the provider's " + endpoint + ": it must be the base URL of the API, with the path prefix if there is one. " +
			"If it is correct, a proxy responds in place of the service."
	case api.CredentialsRefused():
		return "The service does not accept the provider's credentials (" + credentials(api) + "). Check that they are " +
			"complete, belong to this endpoint and have not expired or been deleted. If this configuration replaced the key, " +
			"give the provider the new key and apply again."
	case status == http.StatusForbidden:
		if ofEGS(api) {
			return "The provider's credentials do not permit this. To manage the Editor and Viewer keys of a workspace, use an Owner key or " +
				"an Editor key of this workspace. For everything else, use an Owner key."
		}
		return "The provider's credentials (" + credentials(api) + ") do not permit this. Use credentials that can manage the " +
			"service's API keys."
	case status == http.StatusNotFound:
		example := ""
		if ofEGS(api) {
			example = ", for example the workspace in workspace_name"
		}
		return "Check that the objects named in the request exist" + example + ". If they exist, check the provider's " + endpoint +
			": it must be the base URL of the API."
	case status == http.StatusTooManyRequests:
		return "The service limits the rate of requests. Set the provider's requests_per_second, or run Terraform with a lower -parallelism."
	case api.Refused(), status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		return "The service refused the request for the reason above. Fix the cause and run Terraform again."
	case status >= http.StatusInternalServerError:
		return "The service failed. If the reason above names a value that you can correct, correct it. Otherwise, run Terraform again. If the " +
			"failure persists, check the logs of the service."
	}
	return ""
}

const proxyAdvice = "Check the proxy in the environment variable HTTPS_PROXY (HTTP_PROXY for http:// URLs). If the proxy requires a " +
	"log-in, use the form http://USER:PASSWORD@HOST:PORT. NO_PROXY lists the hosts that are reached without a proxy."

// connectionAdvice returns what the user should do about a request that got no response. The parameter endpoint names the
// provider's setting for the endpoint.
func connectionAdvice(err error, endpoint string) string {
	hostname, isHostname := errors.AsType[x509.HostnameError](err)
	invalid, _ := errors.AsType[x509.CertificateInvalidError](err)
	refused, isRefused := errors.AsType[*transport.ClientCertificateError](err)
	switch {
	case isHostname && hostname.Certificate != nil:
		return "The server's certificate is for another host. Set the provider's " + endpoint + " to a URL with a host name from the certificate."
	case invalid.Cert != nil && invalid.Reason == x509.Expired:
		return "The server's certificate has expired or is not valid yet. Renew the certificate, or check this machine's clock and " +
			"the provider's " + endpoint + "."
	case transport.IsCertificate(err):
		return "The server's certificate is not trusted. If a private authority issued it, set the provider's " + Named("ca_cert") +
			" to that authority's certificate, which replaces the system's authorities. Otherwise check " + endpoint + "."
	case isRefused && refused.Given:
		return "The server does not accept client_cert. Check that client_cert and client_key, or EGS_CLIENT_CERT and EGS_CLIENT_KEY, are " +
			"for the provider's " + endpoint + ", and that the intermediate certificates are in client_cert."
	case isRefused:
		return "If the server requires a client certificate, set the provider's client_cert and client_key, or EGS_CLIENT_CERT and " +
			"EGS_CLIENT_KEY."
	case transport.IsNotTLS(err):
		return "The server does not use TLS on this port. Set the provider's " + endpoint + " to a URL with the HTTPS port or, if the server " +
			"has none, to a URL that begins with http://."
	case transport.IsProxy(err):
		return proxyAdvice
	case errors.Is(err, context.DeadlineExceeded):
		return "The request timed out. Check that this machine can reach the provider's " + endpoint + ". If the server is slow, increase " +
			"request_timeout."
	}
	return "Check the provider's " + endpoint + ", and that this machine can reach it, through HTTPS_PROXY if there is a proxy."
}

// Named returns the name of a setting for messages, followed by its environment variable in parentheses.
func Named(setting string) string { return setting + " (or " + Variable(setting) + ")" }

// Variable returns the environment variable of a setting, for example H2OGPTE_API_KEY for h2ogpte.api_key.
func Variable(setting string) string {
	section, name, nested := strings.Cut(setting, ".")
	if !nested {
		section, name = "egs", setting
	}
	return strings.ToUpper(section + "_" + name)
}

// ofEGS reports whether the error is from EGS. The settings of EGS are at the top level of the provider configuration.
func ofEGS(api APIError) bool { return api.Setting("api_key") == "api_key" }

// credentials returns, for messages, the names of the settings and environment variables that hold the credentials of the
// service.
func credentials(api APIError) string {
	if ofEGS(api) {
		return "api_key or access_token, or EGS_API_KEY or EGS_ACCESS_TOKEN"
	}
	return api.Setting("api_key") + ", or " + Variable(api.Setting("api_key"))
}
