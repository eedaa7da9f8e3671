<%@ Page Language="C#" %><%@ Import Namespace="System.Data.SqlClient" %><script runat="server">
void Page_Load(object s, EventArgs e) {
  using (SqlConnection c = new SqlConnection(ConfigurationManager.ConnectionStrings["db"].ConnectionString)) {
    SqlCommand cmd = new SqlCommand("SELECT Name FROM Items WHERE Id = @id", c);
    cmd.Parameters.AddWithValue("@id", int.Parse(Request["id"])); c.Open(); Grid.DataSource = cmd.ExecuteReader(); Grid.DataBind();
  }
}
</script><asp:GridView ID="Grid" runat="server" />
