<%@ Page Language="C#" %><%@ Import Namespace="System.IO" %><script runat="server">
void Save(object s, EventArgs e) {
  string ext = Path.GetExtension(FileUpload1.FileName).ToLower();
  if (ext == ".jpg" || ext == ".png") { FileUpload1.SaveAs(Server.MapPath("~/upload/") + Guid.NewGuid() + ext); }
}
</script><form runat="server"><asp:FileUpload ID="FileUpload1" runat="server" /><asp:Button runat="server" OnClick="Save" Text="Send" /></form>
