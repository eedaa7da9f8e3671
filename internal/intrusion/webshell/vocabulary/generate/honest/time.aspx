<%@ Page Language="C#" %><script runat="server">protected void Page_Load(object s, EventArgs e) { Label1.Text = DateTime.Now.ToString(); }</script><asp:Label ID="Label1" runat="server" />
