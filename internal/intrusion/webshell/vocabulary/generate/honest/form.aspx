<%@ Page Language="VB" %><script runat="server">
Sub Button1_Click(sender As Object, e As EventArgs)
  Label1.Text = Server.HtmlEncode(TextBox1.Text)
End Sub
</script><form runat="server"><asp:TextBox ID="TextBox1" runat="server" /><asp:Button ID="Button1" runat="server" OnClick="Button1_Click" /><asp:Label ID="Label1" runat="server" /></form>
