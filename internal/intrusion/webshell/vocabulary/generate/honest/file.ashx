<%@ WebHandler Language="C#" Class="Doc" %>
using System.Web;
using System.IO;
public class Doc : IHttpHandler {
  public void ProcessRequest(HttpContext context) {
    int id = int.Parse(context.Request.QueryString["id"]);
    context.Response.ContentType = "application/pdf";
    context.Response.TransmitFile(context.Server.MapPath("~/docs/" + id + ".pdf"));
  }
  public bool IsReusable { get { return true; } }
}
